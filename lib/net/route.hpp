// SPDX-License-Identifier: MIT
#pragma once

#include "net/endpoint.hpp"

namespace mcast::net {

/// How this machine would send to a group by its routing tables.
struct Route {
    unsigned interface_index = 0;  ///< 0: there is no route
    Endpoint source = {};          ///< the address that it would speak from; may be empty
    Endpoint gateway = {};  ///< packets would go to this router's own hardware address; or empty
};

/// The route to `group`; with `interface_index` that of a socket which sends by this interface.
/// None also where the kernel does not say.
[[nodiscard]] Route route_to(const Endpoint& group, unsigned interface_index = 0);

}  // namespace mcast::net
