// SPDX-License-Identifier: MIT
#include "net/route.hpp"

#include <array>
#include <cstring>
#include <span>

#include <linux/rtnetlink.h>

#include "net/netlink.hpp"

namespace mcast::net {
namespace {

// rtmsg and its attributes as they lie in a request: destination, then the interface to use.
class Question {
  public:
    Question(const Endpoint& group, unsigned interface_index) {
        rtmsg header{};
        header.rtm_family = static_cast<unsigned char>(group.family());
        header.rtm_dst_len = group.is_v6() ? 128 : 32;
        put(&header, sizeof header);
        const void* address = group.is_v6() ? static_cast<const void*>(&group.v6()) : &group.v4();
        attribute(RTA_DST, address, header.rtm_dst_len / 8);
        if (interface_index != 0) attribute(RTA_OIF, &interface_index, sizeof interface_index);
    }
    [[nodiscard]] std::span<const std::byte> bytes() const {
        return std::span(bytes_).first(size_);
    }

  private:
    // Every part has a multiple of four bytes, as netlink aligns them.
    void put(const void* what, std::size_t size) {
        std::memcpy(bytes_.data() + size_, what, size);
        size_ += size;
    }
    void attribute(unsigned short type, const void* what, std::size_t size) {
        rtattr head{};
        head.rta_len = static_cast<unsigned short>(sizeof head + size);
        head.rta_type = type;
        put(&head, sizeof head);
        put(what, size);
    }

    std::array<std::byte, 64> bytes_{};
    std::size_t size_ = 0;
};

// The gateway of an IPv4 route may be an IPv6 address, which follows its family.
Endpoint gateway_of(const Attributes& route) {
    const auto plain = Endpoint::from_bytes(route.find(RTA_GATEWAY));
    const auto via = route.find(RTA_VIA);
    if (!plain.empty() || via.size() < sizeof(rtvia)) return plain;
    return Endpoint::from_bytes(via.subspan(sizeof(rtvia)));
}

}  // namespace

Route route_to(const Endpoint& group, unsigned interface_index) {
    const auto answers = ask_netlink(RTM_GETROUTE, false, Question(group, interface_index).bytes());
    if (!answers || answers->empty()) return {};
    const auto attributes = answers->front().attributes<rtmsg>();
    Route route;
    route.interface_index = attributes.number(RTA_OIF);
    route.source = Endpoint::from_bytes(attributes.find(RTA_PREFSRC));
    if (route.source.needs_scope()) route.source = route.source.with_scope(route.interface_index);
    route.gateway = gateway_of(attributes);
    return route;
}

}  // namespace mcast::net
