// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace mcast {

using Duration = std::chrono::nanoseconds;

/// The only clock of wire, fec and protocol. It has no now(): the core is told the time, and code
/// that reads a clock there does not compile.
struct CoreClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<CoreClock>;
    static constexpr bool is_steady = true;
};

using Time = CoreClock::time_point;
inline constexpr Time kNever = Time::max();

[[nodiscard]] constexpr double to_seconds(Duration d) {
    return std::chrono::duration<double>(d).count();
}
[[nodiscard]] constexpr Duration from_seconds(double s) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(s));
}

}  // namespace mcast
