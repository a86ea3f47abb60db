// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "base/time.hpp"

namespace mcast::session {

/// Says when the snapshot has to be brought up to date, and when an interval has to be told.
class StatusClock {
  public:
    explicit StatusClock(Time begin) : refresh_(begin), interval_(begin + kInterval) {}

    [[nodiscard]] Time next() const { return std::min(refresh_, interval_); }
    /// More receivers cost more to show, so they are shown less often: the loop has packets to
    /// send.
    void refreshed(Time now, std::size_t receivers) {
        refresh_ = now + kRefresh + kPerReceiver * receivers;
    }
    /// Something happened that should be seen soon. In a large group the usual time is soon enough:
    /// showing everybody whenever one joins would cost the square of their number.
    void hurry(Time now, std::size_t receivers) {
        if (receivers <= kFew) refresh_ = std::min(refresh_, now);
    }
    /// True once in each interval.
    [[nodiscard]] bool interval_passed(Time now) {
        if (now < interval_) return false;
        interval_ = now + kInterval;
        return true;
    }

  private:
    static constexpr Duration kRefresh = std::chrono::milliseconds(50);
    static constexpr Duration kPerReceiver = std::chrono::microseconds(50);
    static constexpr Duration kInterval = std::chrono::seconds(1);
    static constexpr std::size_t kFew = 64;

    Time refresh_;
    Time interval_;
};

}  // namespace mcast::session
