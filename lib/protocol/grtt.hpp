// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace mcast::protocol {

/// The sender's estimate of the greatest round trip time in the group (RFC 5740 section 5.4.1):
/// up at once, down by a tenth per probe towards the greatest sample of the last probes.
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
        if (rtt > grtt_) grtt_ = (grtt_ + 3 * rtt) / 4;
    }

    /// At each probe: the period's peak pulls a too large estimate down.
    void on_probe() {
        if (!sampled_) return;
        if (peak_ < grtt_) grtt_ = std::max(peak_, first_ ? peak_ : grtt_ * 9 / 10);
        first_ = false;
        peak_ = Duration::zero();
        sampled_ = false;
    }

  private:
    Duration grtt_;
    Duration peak_{};
    bool sampled_ = false;
    bool first_ = true;  // the initial value is a guess: the first samples replace it
};

}  // namespace mcast::protocol
