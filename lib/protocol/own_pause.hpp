// SPDX-License-Identifier: MIT
#pragma once

#include "base/time.hpp"

namespace mcast::protocol {

/// A timer that is so late shows that this process or its machine stood still: it was stopped,
/// suspended, or had no processor. Messages of others wait in the socket meanwhile, so the others
/// were not silent.
inline constexpr Duration kOwnPause = std::chrono::seconds(1);

/// The time that this process stood still before `now`, by its earliest deadline; 0: it did not.
[[nodiscard]] constexpr Duration own_pause(Time now, Time deadline) {
    if (deadline == kNever || now - deadline < kOwnPause) return Duration::zero();
    return now - deadline;
}

}  // namespace mcast::protocol
