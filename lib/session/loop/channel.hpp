// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <mcast/options.hpp>

#include "base/result.hpp"
#include "net/endpoint.hpp"
#include "net/interface_choice.hpp"
#include "net/udp_socket.hpp"

namespace mcast::session {

/// The ports that the own socket may have: the first of them that is free. 0: any.
struct OwnPorts {
    std::uint16_t first = 0;
    std::uint16_t count = 1;
};

/// What a session asks the system for; see docs/architecture.md for where the figures come from.
struct BufferSizes {
    std::size_t group_receive = 0;
    std::size_t own_receive = 0;
    std::size_t own_send = 0;
    bool tell_drops = false;  ///< of `own`; see net::SocketOptions
    OwnPorts ports = {};
};

/// Where a sender takes feedback: at `wanted`, else at the group's port or one of the fifteen above
/// it, so that a firewall can be told of it.
[[nodiscard]] OwnPorts feedback_ports(const NetworkOptions& options,
                                      std::optional<std::uint16_t> wanted);

/// The two sockets of a session and how they came about. `group` hears what is said to the group.
/// `own` has a port of its own on the chosen interface: it sends, and unicast comes in there.
struct Channel {
    net::Endpoint address;  ///< of the group
    net::InterfaceChoice choice;
    net::UdpSocket group;
    net::UdpSocket own;
    // How they were opened.
    net::SocketOptions group_setup;
    net::SocketOptions own_setup;
    OwnPorts ports;
};

/// Looks whether the interface still has the address that `own` speaks from, and is the one that
/// the group was joined on; if not, opens the sockets anew there, if that can be done yet: at the
/// same port if it is free. True: `own` is another socket now, and `group` may be.
[[nodiscard]] bool follow_interface(Channel& channel);

/// The group, and the interface for it or what is waited for. The group's address may end with the
/// interface that it is meant on ("ff02::7%eth0"), which its address here no longer has.
struct Place {
    net::Endpoint address;
    net::InterfaceDecision decision;
};
/// Errors: usage, no_interface, network.
[[nodiscard]] Result<Place> choose_place(const NetworkOptions& options);

/// "239.255.77.77:7701", "[ff02::7]:7701".
[[nodiscard]] std::string group_text(const NetworkOptions& options);

/// A channel, or what has to come before there can be one.
struct Opening {
    std::optional<Channel> channel;
    std::string awaited;
};
/// Errors: usage, no_interface (no waiting will help), unsupported (the MTU), port_in_use, network.
[[nodiscard]] Result<Opening> try_open_channel(const NetworkOptions& options,
                                               const BufferSizes& sizes);
/// The same where nothing is waited for: then that is no_interface as well.
[[nodiscard]] Result<Channel> open_channel(const NetworkOptions& options, const BufferSizes& sizes);

}  // namespace mcast::session
