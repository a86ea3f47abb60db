// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace mcast::rate {

/// Remembers the rates at which a queue showed lately that the link is full. On a link of our own
/// these rates differ only by errors of measurement. Beside a TCP connection that grows they sink,
/// although each single queue vanishes when we send less. Belongs to one RateController.
class CongestionHistory {
  public:
    /// A queue began at that rate.
    void add(double bps) {
        // A sudden fall shows another link, as the window of a TCP connection grows in steps.
        if (count_ > 0 && bps < kAnother * last_) clear();
        last_ = bps;
        seen_[count_++ % kMost] = bps;
    }
    void clear() { count_ = 0; }

    /// True if the congested rate was clearly higher not long ago.
    [[nodiscard]] bool sank() const {
        if (count_ < kFew) return false;
        double lately = 0;
        for (std::size_t i = 1; i <= kLately; ++i)
            lately = std::max(lately, seen_[(count_ - i) % kMost]);
        return lately < kSunk * usual();
    }
    /// The second highest, as a single one can be wrong.
    [[nodiscard]] double usual() const {
        double highest = 0;
        double second = 0;
        for (std::size_t i = 0; i < std::min(count_, kMost); ++i) {
            second = std::max(second, std::min(seen_[i], highest));
            highest = std::max(highest, seen_[i]);
        }
        return second > 0 ? second : highest;
    }

  private:
    static constexpr std::size_t kMost = 48;  // as CUBIC needs half a minute to grow
    static constexpr std::size_t kFew = 5;
    static constexpr std::size_t kLately = 3;  // as one or two can be wrong
    static constexpr double kSunk = 0.92;
    static constexpr double kAnother = 0.85;

    std::array<double, kMost> seen_{};
    std::size_t count_ = 0;
    double last_ = 0;
};

}  // namespace mcast::rate
