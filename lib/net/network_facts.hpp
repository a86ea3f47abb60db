// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/interface.hpp"

namespace mcast::net {

/// Facts of this machine that may explain why nobody is heard in a group on an interface.
struct NetworkFacts {
    std::string group;  ///< as shown: "239.255.77.77:7701"
    std::uint16_t port = 0;
    bool ipv6 = false;
    Interface interface;
    bool interface_exists = true;
    std::vector<std::string> other_interfaces;  ///< connected ones that carry multicast as well
    bool strict_reverse_path =
        false;  ///< rp_filter is 1: only senders of its own subnets are heard
};

/// The facts of this moment. `interface` is the one that was chosen at the start.
[[nodiscard]] NetworkFacts inspect(const Interface& interface, const Endpoint& group);

}  // namespace mcast::net
