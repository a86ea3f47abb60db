// SPDX-License-Identifier: MIT
#include "net/socket_setup.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace mcast::net {
namespace {

std::unexpected<Error> setup_error(const std::string& what, const SocketOptions& options,
                                   int error) {
    return fail(
        ErrorCode::network,
        "cannot " + what + " on interface " + options.interface.name + ": " + std::strerror(error),
        error);
}

template <typename Value>
bool set(int fd, int level, int name, const Value& value) {
    return ::setsockopt(fd, level, name, &value, sizeof value) == 0;
}

// Only the interface by which multicast leaves has to be set. A sandbox or another kernel may
// refuse the other options: by default our packets are heard on this machine, and the address that
// the socket is bound to keeps out the groups of other interfaces. PROBE: never fragment, and do
// not let ICMP messages shrink the packet size; the interface's MTU still holds.
bool set_v4(int fd, const SocketOptions& options) {
    const ip_mreqn by{.imr_multiaddr = {},
                      .imr_address = options.interface.address(false).v4(),
                      .imr_ifindex = static_cast<int>(options.interface.index)};
    set(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 1);
    set(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
    set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
    return set(fd, IPPROTO_IP, IP_MULTICAST_IF, by) &&
           set(fd, IPPROTO_IP, IP_MULTICAST_TTL, options.ttl);
}

bool set_v6(int fd, const SocketOptions& options) {
    const int index = static_cast<int>(options.interface.index);
    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
    set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
    return set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) &&
           set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, index) &&
           set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, options.ttl);
}

bool join(int fd, const SocketOptions& options) {
    if (options.group.is_v6()) {
        return set(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP,
                   ipv6_mreq{.ipv6mr_multiaddr = options.group.v6(),
                             .ipv6mr_interface = options.interface.index});
    }
    return set(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP,
               ip_mreqn{.imr_multiaddr = options.group.v4(),
                        .imr_address = {},
                        .imr_ifindex = static_cast<int>(options.interface.index)});
}

// Binding to the group itself keeps other groups on the same port out.
Endpoint bind_address(const SocketOptions& options) {
    const bool v6 = options.group.is_v6();
    if (options.join) {
        return options.group.needs_scope() ? options.group.with_scope(options.interface.index)
                                           : options.group;
    }
    const Endpoint own = options.interface.address(v6);
    return (own.empty() ? Endpoint::any(v6, 0) : own).with_port(options.port);
}

}  // namespace

Result<UniqueFd> open_multicast_socket(const SocketOptions& options) {
    if (!options.group.is_multicast()) {
        return fail(ErrorCode::usage, options.group.address_string() + " is not a multicast group");
    }
    if (options.ttl < 0 || options.ttl > 255) {
        return fail(ErrorCode::usage,
                    "a ttl of " + std::to_string(options.ttl) + " is not in 0 to 255");
    }
    UniqueFd fd(::socket(options.group.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd.valid()) return setup_error("open a socket", options, errno);
    const int s = fd.get();
    if (!(options.group.is_v6() ? set_v6(s, options) : set_v4(s, options))) {
        return setup_error("set up multicast", options, errno);
    }
    set(s, SOL_SOCKET, SO_RXQ_OVFL, 1);  // if it is refused, drops are not counted
    if (options.tell_drops) {
        // If it is refused, such packets are lost as on the path.
        options.group.is_v6() ? set(s, IPPROTO_IPV6, IPV6_RECVERR, 1)
                              : set(s, IPPROTO_IP, IP_RECVERR, 1);
    }
    // With this, packets to the group go to the interface's own link.
    if (options.past_gateway && !set(s, SOL_SOCKET, SO_DONTROUTE, 1)) {
        return setup_error("send past the gateway", options, errno);
    }
    const Endpoint at = bind_address(options);
    if ((options.join && !set(s, SOL_SOCKET, SO_REUSEADDR, 1)) ||
        ::bind(s, at.data(), at.size()) != 0) {
        return setup_error("bind to " + at.to_string(), options, errno);
    }
    if (options.join && !join(s, options)) {
        return setup_error("join " + options.group.address_string(), options, errno);
    }
    return fd;
}

// When a membership's filter of sources changes to "all", the kernel sends the same report as for a
// join. There is no leave before it, and the filter of the interface does not change.
void renew_membership(int fd, const Endpoint& group, unsigned interface_index,
                      const Endpoint& keep) {
    group_filter filter{};
    if (keep.family() != group.family()) return;
    filter.gf_interface = interface_index;
    std::memcpy(&filter.gf_group, group.data(), group.size());
    const int level = group.is_v6() ? IPPROTO_IPV6 : IPPROTO_IP;
    filter.gf_fmode = MCAST_INCLUDE;
    filter.gf_numsrc = 1;
    std::memcpy(filter.gf_slist, keep.data(), keep.size());
    if (!set(fd, level, MCAST_MSFILTER, filter)) return;
    filter.gf_fmode = MCAST_EXCLUDE;
    filter.gf_numsrc = 0;
    set(fd, level, MCAST_MSFILTER, filter);
}

Endpoint bound_endpoint(int fd) {
    sockaddr_in6 address{};
    socklen_t size = sizeof address;
    auto* raw = static_cast<sockaddr*>(static_cast<void*>(&address));
    if (::getsockname(fd, raw, &size) != 0) return {};
    return Endpoint::from(raw, size);
}

BufferGrant request_buffer(int fd, Buffer which, std::size_t bytes) {
    const bool receive = which == Buffer::receive;
    const int name = receive ? SO_RCVBUF : SO_SNDBUF;
    // The kernel doubles the number for its own overhead and reports the double.
    const int value = static_cast<int>(std::min<std::size_t>(bytes, INT_MAX / 2));
    if (bytes != 0 && !set(fd, SOL_SOCKET, receive ? SO_RCVBUFFORCE : SO_SNDBUFFORCE, value)) {
        // Only root may exceed the limit. Others get what it allows; the size is read back below.
        set(fd, SOL_SOCKET, name, value);
    }
    int doubled = 0;
    socklen_t size = sizeof doubled;
    ::getsockopt(fd, SOL_SOCKET, name, &doubled, &size);
    const auto granted = static_cast<std::size_t>(doubled / 2);
    return {bytes == 0 ? granted : bytes, granted};
}

}  // namespace mcast::net
