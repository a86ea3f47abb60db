// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <ctime>

#include "base/time.hpp"

namespace mcast::session {

/// The monotonic clock, which no operator and no time server sets back. This is the one place where
/// real time becomes the core's time. Any thread.
[[nodiscard]] inline Time real_now() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return Time(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

/// The time left until then, as ppoll() takes it; zero if it has passed.
[[nodiscard]] inline timespec time_left(Time until) {
    const auto left = std::max(until - real_now(), Duration::zero());
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    return {static_cast<time_t>(seconds.count()), static_cast<long>((left - seconds).count())};
}

}  // namespace mcast::session
