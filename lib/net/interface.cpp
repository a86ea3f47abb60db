// SPDX-License-Identifier: MIT
#include "net/interface.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

#include <ifaddrs.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "net/file_descriptor.hpp"

namespace mcast::net {
namespace {

constexpr int kLargestMtu = 9000;

int mtu_of(int socket, const std::string& name) {
    ifreq request{};
    if (name.size() >= sizeof request.ifr_name) return 0;
    std::memcpy(request.ifr_name, name.data(), name.size());
    return ::ioctl(socket, SIOCGIFMTU, &request) == 0 ? request.ifr_mtu : 0;
}

Interface describe(int socket, const std::string& name, unsigned flags) {
    return Interface{.name = name,
                     .index = if_nametoindex(name.c_str()),
                     .mtu = mtu_of(socket, name),
                     .up = (flags & IFF_UP) != 0,
                     .carrier = (flags & IFF_RUNNING) != 0,
                     .multicast = (flags & IFF_MULTICAST) != 0,
                     .loopback = (flags & IFF_LOOPBACK) != 0,
                     .addresses = {}};
}

void add_address(Interface& interface, const sockaddr* address) {
    if (address == nullptr) return;
    const bool v6 = address->sa_family == AF_INET6;
    auto endpoint = Endpoint::from(address, v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
    // The system lists routable IPv6 addresses before link-local ones, as we want them.
    if (!endpoint.empty()) interface.addresses.push_back(endpoint);
}

}  // namespace

Endpoint Interface::address(bool ipv6) const {
    const auto found = std::ranges::find(addresses, ipv6, &Endpoint::is_v6);
    return found == addresses.end() ? Endpoint{} : *found;
}

Result<std::vector<Interface>> interfaces() {
    const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifaddrs* head = nullptr;
    if (!socket.valid() || ::getifaddrs(&head) != 0) {
        const int error = errno;
        return fail(ErrorCode::network,
                    std::string("cannot list the network interfaces: ") + std::strerror(error),
                    error);
    }
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(head, &freeifaddrs);
    std::vector<Interface> result;
    for (const ifaddrs* entry = head; entry != nullptr; entry = entry->ifa_next) {
        // "eth0:1" is a label of a further address of eth0, not another interface.
        const std::string_view label(entry->ifa_name);
        const std::string name(label.substr(0, label.find(':')));
        auto at = std::ranges::find(result, name, &Interface::name);
        if (at == result.end()) {
            at = result.insert(at, describe(socket.get(), name, entry->ifa_flags));
        }
        add_address(*at, entry->ifa_addr);
    }
    // One that vanished meanwhile has no index any more.
    std::erase_if(result, [](const Interface& i) { return i.index == 0; });
    std::ranges::sort(result, {}, &Interface::index);
    return result;
}

std::size_t datagram_capacity(const Interface& interface, bool ipv6) {
    const int headers = ipv6 ? 48 : 28;
    const int mtu = std::clamp(interface.mtu, headers, kLargestMtu);
    return static_cast<std::size_t>(mtu - headers);
}

}  // namespace mcast::net
