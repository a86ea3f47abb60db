// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "net/endpoint.hpp"
#include "net/interface.hpp"
#include "net/route.hpp"

namespace mcast::net {

/// An interface and a few words on why it was taken, to be shown to the user.
struct InterfaceChoice {
    Interface interface;
    std::string reason;  ///< "the route to the group", "named by --interface", ...
    /// The routing table would send packets for the group to a router's own hardware address, where
    /// no other machine hears them: they are to be sent past it, to the link.
    bool past_gateway = false;
};

/// What follows from the state of the machine: an interface to use, or what has to come before
/// there is one.
struct InterfaceDecision {
    std::optional<InterfaceChoice> choice;
    std::string awaited;  ///< without a choice: "interface eth0 is down", ...
};

/// What was asked for. `interface` is a name, another name (altname), a label, an address, a
/// hardware address or an index, as `ip link` and `ip addr` show them; empty: whatever fits.
/// `zone` is the part of the group's address after '%', which names one as well.
struct InterfaceWish {
    std::string interface = {};
    std::string zone = {};
};

/// The interface for `group`: the one that was asked for, else that on the route to the group, else
/// the only one that is connected and carries multicast, else loopback if no other could ever carry
/// it. Errors: usage (no group; two interfaces were asked for); no_interface, with the reason and a
/// list of what there is: no waiting will help; network.
[[nodiscard]] Result<InterfaceDecision> choose_interface(const Endpoint& group,
                                                         const InterfaceWish& wish);

/// The rule behind choose_interface, on given facts; says nothing on gateways.
[[nodiscard]] Result<InterfaceDecision> choose_interface_from(std::span<const Interface> all,
                                                              const Route& route,
                                                              const Endpoint& group,
                                                              const InterfaceWish& wish);

}  // namespace mcast::net
