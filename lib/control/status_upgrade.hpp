// SPDX-License-Identifier: MIT
#pragma once

// Records outlive an upgrade of mcast, and so do sessions that run: what an older one wrote is read
// as what it says. Pure.

#include <nlohmann/json_fwd.hpp>

namespace mcast::control {

/// Whether it is a status of version 1, which mcast 0.1.0 wrote.
[[nodiscard]] bool is_former(const nlohmann::ordered_json& status);

/// That as a status of the version of today. What it does not tell is null, none or the nearest
/// that it does tell. Its types are not checked here.
[[nodiscard]] nlohmann::ordered_json upgraded(nlohmann::ordered_json former);

}  // namespace mcast::control
