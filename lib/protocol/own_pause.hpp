// SPDX-License-Identifier: MIT
#pragma once

#include "base/time.hpp"

namespace mcast::protocol {

/// A timer that is so late tells that this process, or its machine, stood still: it was stopped,
/// suspended, or had no processor. What others said meanwhile waits in the socket; that it has not
/// been heard is no silence of theirs.
inline constexpr Duration kOwnPause = std::chrono::seconds(1);

/// How long this process stood still before `now`, by its earliest deadline; 0: it did not.
[[nodiscard]] constexpr Duration own_pause(Time now, Time deadline) {
    if (deadline == kNever || now - deadline < kOwnPause) return Duration::zero();
    return now - deadline;
}

}  // namespace mcast::protocol
