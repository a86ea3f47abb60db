// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/endpoint.hpp"

namespace mcast::net {

/// One network interface as it was when it was asked for; a snapshot that never changes by itself.
struct Interface {
    std::string name;
    unsigned index = 0;
    int mtu = 0;
    bool up = false;
    bool carrier = false;  ///< a link is there: the cable is in, the other end is up
    bool multicast = false;
    bool loopback = false;
    /// Port 0; the first of a family is the one that is used. As listed: routable ones, then
    /// link-local IPv6.
    std::vector<Endpoint> addresses;

    /// The address to speak from. Empty if there is none of that family.
    [[nodiscard]] Endpoint address(bool ipv6) const;
    /// Loopback often lacks the flag MULTICAST and carries it all the same.
    [[nodiscard]] bool carries_multicast() const { return multicast || loopback; }
};

/// All interfaces of this network namespace, by index. Error: network.
[[nodiscard]] Result<std::vector<Interface>> interfaces();

/// An interface and a few words on why it was taken, to be shown to the user.
struct InterfaceChoice {
    Interface interface;
    std::string reason;  ///< "the route to the group", "named by --interface", ...
};

/// The interface for `group`. `wanted` is a name or an address; empty: the one on the route to the
/// group, else the only one that is connected and carries multicast, else loopback.
/// Error: no_interface, with the reason and a list of what there is; network.
[[nodiscard]] Result<InterfaceChoice> choose_interface(const Endpoint& group,
                                                       const std::string& wanted);

/// The rule behind choose_interface, on given facts: `route_source` is the address from which the
/// system would speak to the group (empty: it has no route).
[[nodiscard]] Result<InterfaceChoice> choose_interface_from(std::span<const Interface> all,
                                                            const Endpoint& route_source,
                                                            const Endpoint& group,
                                                            const std::string& wanted);

/// The largest UDP payload that goes through `interface` unfragmented: its MTU less the IP and UDP
/// headers (28 or 48 bytes), counting no MTU above 9000. Loopback's 65536 would make a batch of
/// one packet: with the cap a segmentation-offload send, 65507 bytes at most, holds seven or more.
[[nodiscard]] std::size_t datagram_capacity(const Interface& interface, bool ipv6);

}  // namespace mcast::net
