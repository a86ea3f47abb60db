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

/// The ports that `own` may have; it takes the first that is free. 0: any port.
struct OwnPorts {
    std::uint16_t first = 0;
    std::uint16_t count = 1;
};

/// Sizes of the buffers that a session asks the system for, and more that its sockets need.
struct BufferSizes {
    std::size_t group_receive = 0;
    std::size_t own_receive = 0;
    std::size_t own_send = 0;
    bool tell_drops = false;  ///< of `own`; see net::SocketOptions
    OwnPorts ports = {};
};

/// The ports at which a sender takes feedback: `wanted`, else the group's port and the fifteen
/// above it. They are known in advance, so that a firewall can let them in.
[[nodiscard]] OwnPorts feedback_ports(const NetworkOptions& options,
                                      std::optional<std::uint16_t> wanted);

/// The two sockets of a session and how they came about. `group` hears what is said to the group.
/// `own` has a port of its own on the chosen interface: everything is sent from it, and unicast
/// comes in there.
struct Channel {
    net::Endpoint address;  ///< of the group
    net::InterfaceChoice choice;
    net::UdpSocket group;
    net::UdpSocket own;
    // The options that both were opened with, for opening them anew.
    net::SocketOptions group_setup;
    net::SocketOptions own_setup;
    OwnPorts ports;
    std::optional<std::uint16_t> key_id = {};  ///< of the secret that packets are sealed with
};

/// Checks that the interface still has the address that `own` sends from, and is still the one on
/// which the group was joined. If not, opens the sockets anew as soon as that can be done, at the
/// same port if it is free. True: `own` is another socket now, and `group` may be.
[[nodiscard]] bool follow_interface(Channel& channel);

/// The group, and the interface for it or the reason to wait for one. If the user's address of the
/// group ended with an interface ("ff02::7%eth0"), `address` is without it.
struct Place {
    net::Endpoint address;
    net::InterfaceDecision decision;
};
/// Errors: usage, no_interface, network.
[[nodiscard]] Result<Place> choose_place(const NetworkOptions& options);

/// "239.255.77.77:7701", "[ff02::7]:7701".
[[nodiscard]] std::string group_text(const NetworkOptions& options);

/// A channel, or the reason to wait for one, in words.
struct Opening {
    std::optional<Channel> channel;
    std::string awaited;
};
/// Errors: usage, no_interface (no waiting will help), unsupported (the MTU), port_in_use, network.
[[nodiscard]] Result<Opening> try_open_channel(const NetworkOptions& options,
                                               const BufferSizes& sizes);
/// As try_open_channel(), but does not wait: a reason to wait is the error no_interface.
[[nodiscard]] Result<Channel> open_channel(const NetworkOptions& options, const BufferSizes& sizes);

}  // namespace mcast::session
