// SPDX-License-Identifier: MIT
#pragma once

// The processes of this machine, as /proc shows them to us.

#include <string>

#include <mcast/status.hpp>

#include "control/starting.hpp"

namespace mcast::control {

/// All visible processes: none if /proc is not mounted or belongs to another pid namespace. A
/// process is marked as transferring if it is the tool of that role, belongs to this user and
/// registers in `directory`.
[[nodiscard]] ProcessTable read_processes(const std::string& directory, Role role);

}  // namespace mcast::control
