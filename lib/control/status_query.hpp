// SPDX-License-Identifier: MIT
#pragma once

// The status of sessions as they are now: from the session itself while it answers, from its
// record otherwise, and as process_died when there is nobody left who could end it. Any thread.

#include <chrono>
#include <string>
#include <vector>

#include <mcast/status.hpp>

#include "base/result.hpp"

namespace mcast::control {

/// How long a query waits for a process that does not answer (stopped, or swapped out); its last
/// record is shown then.
inline constexpr std::chrono::milliseconds kQueryLimit = std::chrono::seconds(1);

/// no_such_session when there is no record. A socket left behind by a dead process is removed.
[[nodiscard]] Result<Status> current_status(const std::string& directory,
                                            const std::string& session,
                                            std::chrono::milliseconds limit = kQueryLimit);

/// Of all sessions in the directory, newest first. All are asked before the first is waited for,
/// so that one that hangs costs one limit and no more. Only running sessions are asked at all.
/// Sockets that nobody listens on are removed.
[[nodiscard]] Result<std::vector<Status>> current_statuses(const std::string& directory);

}  // namespace mcast::control
