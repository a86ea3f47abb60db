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

/// An interface, and the reason why it was taken, to be shown to the user.
struct InterfaceChoice {
    Interface interface;
    std::string reason;  ///< "the route to the group", "named by --interface", ...
    /// By the routing table, packets for the group would go to a router's own hardware address,
    /// where no other machine hears them. They have to be sent to the link instead.
    bool past_gateway = false;
};

/// An interface to use, or the reason to wait for one, as the state of the machine decides.
struct InterfaceDecision {
    std::optional<InterfaceChoice> choice;
    std::string awaited;  ///< without a choice: "interface eth0 is down", ...
};

/// The user's wish. `interface` is a name, another name (altname), a label, an address, a hardware
/// address or an index, as `ip link` and `ip addr` show them; empty: any interface that fits.
/// `zone` is the part of the group's address after '%', which names an interface as well.
struct InterfaceWish {
    std::string interface = {};
    std::string zone = {};
};

/// The interface for `group`: the one in the wish, else the one on the route to the group, else the
/// only one that is connected and carries multicast, else loopback if no other could ever carry the
/// group. Errors: usage (no group, or a wish for two interfaces); no_interface, if waiting will not
/// help, with the reason and a list of the interfaces; network.
[[nodiscard]] Result<InterfaceDecision> choose_interface(const Endpoint& group,
                                                         const InterfaceWish& wish);

/// The rule of choose_interface() on given facts, without its look for gateways.
[[nodiscard]] Result<InterfaceDecision> choose_interface_from(std::span<const Interface> all,
                                                              const Route& route,
                                                              const Endpoint& group,
                                                              const InterfaceWish& wish);

}  // namespace mcast::net
