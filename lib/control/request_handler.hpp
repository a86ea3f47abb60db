// SPDX-License-Identifier: MIT
#pragma once

// Turns a request into its answer, without sockets.

#include <string>

#include "control/handlers.hpp"
#include "control/rpc.hpp"

namespace mcast::control {

/// The line that answers the request; empty for a notification. `subscribe` is answered here and
/// carried out by the server. close on a running session is refused with still_running.
[[nodiscard]] std::string answer(const rpc::Request& request, const Handlers& handlers);

}  // namespace mcast::control
