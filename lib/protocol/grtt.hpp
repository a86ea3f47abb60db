// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace mcast::protocol {

/// The sender's estimate of the greatest round trip time in the group (RFC 5740 section 5.4.1): it
/// rises at once, and falls towards the greatest sample of each period. In one period it doubles or
/// halves at most, so a single late answer, as of a machine that stood still, is soon forgotten.
class GrttEstimator {
  public:
    static constexpr Duration kMin = std::chrono::microseconds(200);
    static constexpr Duration kMax = std::chrono::seconds(10);

    explicit GrttEstimator(Duration initial) : grtt_(initial) {}

    [[nodiscard]] Duration value() const { return grtt_; }

    void on_sample(Duration rtt) {
        rtt = std::clamp(rtt, kMin, kMax);
        peak_ = std::max(peak_, rtt);
        sampled_ = true;
        if (rtt > grtt_) grtt_ = std::max(grtt_, std::min((grtt_ + 3 * rtt) / 4, most_));
    }

    /// To be called after each period, long enough for all to be heard: its peak pulls a larger
    /// estimate down, by a tenth if the two are not far apart.
    void on_period() {
        if (!sampled_) return;
        const bool near = 2 * peak_ >= grtt_;
        const Duration least = first_ ? peak_ : near ? grtt_ * 9 / 10 : grtt_ / 2;
        if (peak_ < grtt_) grtt_ = std::max(peak_, least);
        first_ = false;
        most_ = 2 * grtt_;
        peak_ = Duration::zero();
        sampled_ = false;
    }

  private:
    Duration grtt_;
    Duration peak_{};
    Duration most_ = kMax;  // in this period
    bool sampled_ = false;
    bool first_ = true;  // the initial value is a guess: the first samples replace it
};

}  // namespace mcast::protocol
