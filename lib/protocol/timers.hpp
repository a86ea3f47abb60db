// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/time.hpp"

namespace mcast::protocol {

/// All deadlines of a state machine, one for each enumerator; the driver sees only the earliest.
template <typename Timer, std::size_t Count>
class TimerTable {
  public:
    TimerTable() { at_.fill(kNever); }

    void set(Timer timer, Time at) { slot(timer) = at; }
    /// Brings the deadline nearer, never farther.
    void advance(Timer timer, Time at) { slot(timer) = std::min(slot(timer), at); }
    void stop(Timer timer) { slot(timer) = kNever; }
    void stop_all() { at_.fill(kNever); }
    [[nodiscard]] Time at(Timer timer) const { return at_[static_cast<std::size_t>(timer)]; }
    [[nodiscard]] bool running(Timer timer) const { return at(timer) != kNever; }
    [[nodiscard]] Time next() const { return *std::ranges::min_element(at_); }
    /// Makes overdue timers due at `now`.
    void catch_up(Time now) {
        for (Time& at : at_) at = std::max(at, now);
    }

    /// True if the timer is due; it stops then.
    bool take(Timer timer, Time now) {
        if (at(timer) > now) return false;
        stop(timer);
        return true;
    }

  private:
    Time& slot(Timer timer) { return at_[static_cast<std::size_t>(timer)]; }
    std::array<Time, Count> at_;
};

}  // namespace mcast::protocol
