// SPDX-License-Identifier: MIT
#include "session/loop/time_limit.hpp"

#include <algorithm>

namespace mcast::session {

Result<Duration> duration_of(std::chrono::duration<double> given) {
    // Longer than any session, and far from overflow.
    constexpr std::chrono::duration<double> kLongest = std::chrono::hours(24 * 3650);
    if (!(given.count() >= 0)) return fail(ErrorCode::usage, "a time limit must not be below 0");
    return std::chrono::duration_cast<Duration>(std::min(given, kLongest));
}

}  // namespace mcast::session
