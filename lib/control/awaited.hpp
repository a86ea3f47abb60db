// SPDX-License-Identifier: MIT
#pragma once

// Finds the session that a wait means, even if it has not begun yet: `mcsend image.raw & mcsend
// wait image.raw` means the new session, though only yesterday's is on record.

#include <chrono>
#include <functional>
#include <string_view>
#include <vector>

#include <mcast/status.hpp>

#include "base/result.hpp"
#include "control/starting.hpp"

namespace mcast::control {

/// The inputs of the search; a test gives its own.
struct AwaitedView {
    using Clock = std::chrono::steady_clock;
    std::int64_t self = 0;                              ///< our pid
    std::function<ProcessTable()> processes;            ///< the current ones
    std::function<Result<std::vector<Status>>()> list;  ///< sessions of the role, newest first
    std::function<Clock::time_point()> now;
    std::function<WallTime()> date;
    std::function<void(Clock::duration)> pause;
};

/// The session that SESSION means for a wait: the newest of that name that runs; else the session
/// of a process that is about to begin one; else the newest that has ended. If a receiver of our
/// own shell has taken no offer yet, this waits until it has a name. Errors: as resolve();
/// process_died if a process that was about to begin the session ended without one; wait_timed_out
/// at the deadline, or if that process hangs.
[[nodiscard]] Result<Status> awaited(std::string_view session,
                                     AwaitedView::Clock::time_point deadline,
                                     const AwaitedView& view);

}  // namespace mcast::control
