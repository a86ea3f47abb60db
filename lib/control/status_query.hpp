// SPDX-License-Identifier: MIT
#pragma once

// The status of sessions as they are now: from the session itself while it answers, from its record
// otherwise, and as process_died if its process is gone. Any thread.

#include <chrono>
#include <string>
#include <vector>

#include <mcast/status.hpp>

#include "base/result.hpp"

namespace mcast::control {

/// The time that a query waits for a process that does not answer (stopped, or swapped out); then
/// its last record is shown.
inline constexpr std::chrono::milliseconds kQueryLimit = std::chrono::seconds(1);

/// The status of a session; no_such_session if there is no record. Removes the socket of a dead
/// process.
[[nodiscard]] Result<Status> current_status(const std::string& directory,
                                            const std::string& session,
                                            std::chrono::milliseconds limit = kQueryLimit);

/// The statuses of all sessions in the directory, newest first. All running sessions are asked
/// before the first answer is awaited, so that any number that hang cost one limit together.
/// Sockets without a listener are removed.
[[nodiscard]] Result<std::vector<Status>> current_statuses(const std::string& directory);

}  // namespace mcast::control
