// SPDX-License-Identifier: MIT
#pragma once

#include <ctime>

#include "base/time.hpp"

namespace mcast::session {

/// The one place where real time becomes the core's time: the monotonic clock, which no operator
/// and no time server sets back. From any thread.
[[nodiscard]] inline Time real_now() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return Time(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace mcast::session
