// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "base/time.hpp"

namespace mcast::session {

/// When the snapshot is due to be brought up to date, and when an interval is due to be told.
class StatusClock {
  public:
    explicit StatusClock(Time begin) : refresh_(begin), interval_(begin + kInterval) {}

    [[nodiscard]] Time next() const { return std::min(refresh_, interval_); }
    [[nodiscard]] bool refresh_due(Time now) const { return now >= refresh_; }

    /// More receivers cost more to show: the loop must not spend its time on that.
    void refreshed(Time now, std::size_t receivers) {
        refresh_ = now + kRefresh + kPerReceiver * receivers;
    }
    /// True once an interval.
    [[nodiscard]] bool interval_passed(Time now) {
        if (now < interval_) return false;
        interval_ = now + kInterval;
        return true;
    }

  private:
    static constexpr Duration kRefresh = std::chrono::milliseconds(50);
    static constexpr Duration kPerReceiver = std::chrono::microseconds(50);
    static constexpr Duration kInterval = std::chrono::seconds(1);

    Time refresh_;
    Time interval_;
};

}  // namespace mcast::session
