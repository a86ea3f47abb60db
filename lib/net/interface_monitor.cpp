// SPDX-License-Identifier: MIT
#include "net/interface_monitor.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace mcast::net {

Result<InterfaceMonitor> InterfaceMonitor::open() {
    UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
                        RTMGRP_IPV6_ROUTE;
    const auto* raw = static_cast<const sockaddr*>(static_cast<const void*>(&address));
    if (!fd.valid() || ::bind(fd.get(), raw, sizeof address) != 0) {
        return fail(ErrorCode::network,
                    std::string("cannot watch the network interfaces: ") + std::strerror(errno),
                    errno);
    }
    return InterfaceMonitor(std::move(fd));
}

void InterfaceMonitor::drain() const {
    std::array<std::byte, 4096> ignored;  // NOLINT(*-member-init): recv fills it
    // ENOBUFS: there were more announcements than the socket could keep. Others follow.
    while (::recv(fd_.get(), ignored.data(), ignored.size(), MSG_TRUNC) > 0 || errno == ENOBUFS ||
           errno == EINTR) {
    }
}

}  // namespace mcast::net
