// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/interface.hpp"
#include "net/udp_socket.hpp"

namespace mcast::net {

/// What is known while one side waits for the other. inspect() reads what the machine knows; the
/// session adds what it has seen itself.
struct NetworkFacts {
    std::string group;  ///< as shown: "239.255.77.77:7701"
    std::uint16_t port = 0;
    bool ipv6 = false;
    Interface interface;
    bool interface_exists = true;
    std::vector<std::string> other_interfaces;  ///< connected ones that carry multicast as well
    bool strict_reverse_path = false;           ///< rp_filter 1: only senders of its own subnets
    BufferGrant receive_buffer;
    // Seen by the session:
    /// Of a sender: receivers answer to that port, and what it sends to the group should come back.
    std::optional<std::uint16_t> feedback_port;
    bool heard_self = false;    ///< it has come back
    bool heard_others = false;  ///< something came from another machine or process
    bool answered = false;      ///< so has an offer, or the answer of a receiver
    std::uint64_t drops = 0;    ///< UdpSocket::drops
};

/// What the machine knows about `interface` now; `interface` is what was chosen at the start.
[[nodiscard]] NetworkFacts inspect(const Interface& interface, const Endpoint& group,
                                   const BufferGrant& receive_buffer);

/// Sentences (lower case, no full stop) on what could keep the two sides apart, the surest first.
/// Empty when nothing is suspicious. Pure: says only what the facts say.
[[nodiscard]] std::vector<std::string> diagnose(const NetworkFacts& facts);

}  // namespace mcast::net
