// SPDX-License-Identifier: MIT
#pragma once

// Converts statuses of older versions: records and running sessions outlive an upgrade of mcast.
// Pure.

#include <nlohmann/json_fwd.hpp>

namespace mcast::control {

/// True for a status of version 1, which mcast 0.1.0 wrote.
[[nodiscard]] bool is_former(const nlohmann::ordered_json& status);

/// Converts it to the present version. Facts that it lacks become null, none or the nearest that it
/// has. Its types are not checked here.
[[nodiscard]] nlohmann::ordered_json upgraded(nlohmann::ordered_json former);

}  // namespace mcast::control
