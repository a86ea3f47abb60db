// SPDX-License-Identifier: MIT
#pragma once

// Stays with a session until it has ended: what `wait` and `status --watch` do.

#include <functional>
#include <string>

#include <mcast/status.hpp>

#include "base/result.hpp"
#include "control/client.hpp"

namespace mcast::control {

/// Calls `each` with what is known now and then with every change, the final status last and
/// once; returns the last one when the session has ended or `each` returned false. An empty `each`:
/// only the end is of interest. By
/// subscription; when the session does not answer, or is gone, by its record, so that a process
/// that dies is noticed at once. `wait_timed_out` at the deadline.
[[nodiscard]] Result<Status> follow(const std::string& directory, const std::string& session,
                                    Client::Deadline deadline,
                                    const std::function<bool(const Status&)>& each);

}  // namespace mcast::control
