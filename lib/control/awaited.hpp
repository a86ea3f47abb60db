// SPDX-License-Identifier: MIT
#pragma once

// Which session a wait is for, while that may not have begun yet: `mcsend image.raw & mcsend wait
// image.raw` means the new session, though the one of yesterday is the only one on record.

#include <chrono>
#include <functional>
#include <string_view>
#include <vector>

#include <mcast/status.hpp>

#include "base/result.hpp"
#include "control/starting.hpp"

namespace mcast::control {

/// What the search looks at; a test gives its own.
struct AwaitedView {
    using Clock = std::chrono::steady_clock;
    std::int64_t self = 0;                              ///< our pid
    std::function<ProcessTable()> processes;            ///< as they are now
    std::function<Result<std::vector<Status>>()> list;  ///< of the role, newest first
    std::function<Clock::time_point()> now;
    std::function<WallTime()> date;
    std::function<void(Clock::duration)> pause;
};

/// The session that SESSION means for a wait: the newest of that name that runs; else, as long as
/// processes may be about to begin one, what becomes of them; else the newest that has ended. A
/// receiver of our own shell that has taken no offer yet is waited for until it has a name.
/// Errors: as resolve(); process_died when a process that was about to begin it ended without, so
/// that an old session does not pass for its; wait_timed_out at the deadline, and when that process
/// hangs.
[[nodiscard]] Result<Status> awaited(std::string_view session,
                                     AwaitedView::Clock::time_point deadline,
                                     const AwaitedView& view);

}  // namespace mcast::control
