// SPDX-License-Identifier: MIT
#pragma once

// Follows a session until it has ended, for `wait` and `status --watch`.

#include <functional>
#include <string>

#include <mcast/status.hpp>

#include "base/result.hpp"
#include "control/client.hpp"

namespace mcast::control {

/// Calls `each` with the present status and then with every change, the final one once and last.
/// Returns the last status when the session has ended or `each` returned false. An empty `each`
/// means that only the end matters. The news come by subscription; if the session does not answer,
/// or is gone, by its record, so that the death of a process is noticed at once. `wait_timed_out`
/// at the deadline.
[[nodiscard]] Result<Status> follow(const std::string& directory, const std::string& session,
                                    Client::Deadline deadline,
                                    const std::function<bool(const Status&)>& each);

}  // namespace mcast::control
