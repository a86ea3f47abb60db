// SPDX-License-Identifier: MIT
#include "net/interface.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>

#include "net/netlink.hpp"

namespace mcast::net {
namespace {

constexpr int kLargestMtu = 9000;
constexpr std::string_view kNoHardware = "00:00:00:00:00:00";

template <typename Header>
std::span<const std::byte> bytes_of(const Header& header) {
    return std::as_bytes(std::span(&header, 1));
}

std::string hardware_text(Attributes::Content content) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : content) {
        if (!text.empty()) text += ':';
        const auto value = std::to_integer<unsigned>(byte);
        text += kDigits[value >> 4];
        text += kDigits[value & 15];
    }
    return text;
}

// The ports of a VRF do not count: they keep addresses of their own.
bool is_port(const Attributes& link) {
    if (link.number(IFLA_MASTER) == 0) return false;
    return Attributes(link.find(IFLA_LINKINFO)).text(IFLA_INFO_SLAVE_KIND) != "vrf";
}

Interface describe(const NetlinkAnswer& answer) {
    const auto header = answer.header<ifinfomsg>();
    const auto link = answer.attributes<ifinfomsg>();
    Interface result{.name = link.text(IFLA_IFNAME),
                     .index = static_cast<unsigned>(header.ifi_index),
                     .mtu = static_cast<int>(link.number(IFLA_MTU)),
                     .up = (header.ifi_flags & IFF_UP) != 0,
                     .carrier = (header.ifi_flags & IFF_RUNNING) != 0,
                     .multicast = (header.ifi_flags & IFF_MULTICAST) != 0,
                     .loopback = (header.ifi_flags & IFF_LOOPBACK) != 0};
    if (header.ifi_type == ARPHRD_ETHER) result.hardware = hardware_text(link.find(IFLA_ADDRESS));
    result.port = is_port(link);
    Attributes(link.find(IFLA_PROP_LIST)).for_each([&](unsigned type, Attributes::Content content) {
        if (type == IFLA_ALT_IFNAME) result.altnames.push_back(netlink_text(content));
    });
    return result;
}

// IFA_LOCAL is our own end of a point-to-point link. IPv6 has the attribute only on such links.
Endpoint own_address(const ifaddrmsg& header, const Attributes& attributes) {
    auto content = attributes.find(IFA_LOCAL);
    if (content.empty()) content = attributes.find(IFA_ADDRESS);
    const auto address = Endpoint::from_bytes(content);
    const bool scoped = address.needs_scope();
    return scoped ? address.with_scope(header.ifa_index) : address;
}

std::uint32_t flags_of(const ifaddrmsg& header, const Attributes& attributes) {
    return header.ifa_flags | attributes.number(IFA_FLAGS);
}

bool is_unready(std::uint32_t flags) {
    // An optimistic address can be used while duplicates of it are looked for (RFC 4429).
    return (flags & IFA_F_DADFAILED) != 0 ||
           ((flags & IFA_F_TENTATIVE) != 0 && (flags & IFA_F_OPTIMISTIC) == 0);
}

void add_address(Interface& at, const ifaddrmsg& header, const Attributes& attributes) {
    const auto address = own_address(header, attributes);
    if (address.empty()) return;
    const std::uint32_t flags = flags_of(header, attributes);
    if (is_unready(flags)) {
        at.unready.push_back({address, (flags & IFA_F_DADFAILED) != 0});
        return;
    }
    at.addresses.push_back(address);
    const auto label = attributes.text(IFA_LABEL);
    if (!label.empty() && label != at.name) at.labels.push_back({label, address});
}

// The kernel lists routable IPv6 addresses before link-local ones, which is the order we need.
void add_addresses(std::span<const NetlinkAnswer> answers, bool deprecated,
                   std::vector<Interface>& all) {
    for (const auto& answer : answers) {
        const auto header = answer.header<ifaddrmsg>();
        const auto attributes = answer.attributes<ifaddrmsg>();
        if (((flags_of(header, attributes) & IFA_F_DEPRECATED) != 0) != deprecated) continue;
        const auto at = std::ranges::find(all, header.ifa_index, &Interface::index);
        if (at != all.end()) add_address(*at, header, attributes);
    }
}

}  // namespace

Endpoint Interface::address(bool ipv6) const {
    const auto found = std::ranges::find(addresses, ipv6, &Endpoint::is_v6);
    return found == addresses.end() ? Endpoint{} : *found;
}

bool Interface::carries_multicast() const {
    return loopback || (multicast && !port && hardware != kNoHardware);
}

Result<std::vector<Interface>> interfaces() {
    const auto links = ask_netlink(RTM_GETLINK, true, bytes_of(ifinfomsg{}));
    if (!links) return std::unexpected(links.error());
    const auto addresses = ask_netlink(RTM_GETADDR, true, bytes_of(ifaddrmsg{}));
    if (!addresses) return std::unexpected(addresses.error());
    std::vector<Interface> result;
    for (const auto& link : *links) result.push_back(describe(link));
    add_addresses(*addresses, false, result);
    add_addresses(*addresses, true, result);
    std::ranges::sort(result, {}, &Interface::index);
    return result;
}

std::size_t datagram_capacity(const Interface& interface, bool ipv6) {
    const int headers = ipv6 ? 48 : 28;
    const int mtu = std::clamp(interface.mtu, headers, kLargestMtu);
    return static_cast<std::size_t>(mtu - headers);
}

}  // namespace mcast::net
