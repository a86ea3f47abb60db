// SPDX-License-Identifier: MIT
#pragma once

#include "net/endpoint.hpp"

namespace mcast::net {

/// The way to a group by the routing tables of this machine.
struct Route {
    unsigned interface_index = 0;  ///< 0: there is no route
    Endpoint source = {};          ///< the address that packets would come from; may be empty
    Endpoint gateway = {};  ///< packets would go to this router's own hardware address; or empty
};

/// The route to `group`, with `interface_index` the one of a socket that sends by this interface.
/// If the kernel does not answer, there is none.
[[nodiscard]] Route route_to(const Endpoint& group, unsigned interface_index = 0);

}  // namespace mcast::net
