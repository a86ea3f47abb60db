// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>

#include "base/time.hpp"

namespace mcast::rate {

/// The congestion window that a TCP connection with CUBIC (RFC 9438) would have in our place, in
/// packets. It learns how time passes and when there was congestion. Belongs to one rate control,
/// and lives while that shares a link.
class Cubic {
  public:
    /// Begins as after a congestion at this window.
    explicit Cubic(double packets) : window_(std::max(packets, kLeast)), most_(window_) { begin(); }

    [[nodiscard]] double packets() const { return window_; }
    /// The time until the window is back where the last congestion was.
    [[nodiscard]] double recovery_seconds(Duration rtt) const {
        const double lost = most_ - start_;
        return std::min(k_, lost * to_seconds(rtt) / kRenoSlope);
    }

    /// The time `lasted` went by without congestion, at that round trip time.
    void grow(Duration lasted, Duration rtt) {
        if (rtt <= Duration::zero()) return;
        since_ += lasted;
        const double rounds = to_seconds(lasted) / to_seconds(rtt);
        reno_ += (reno_ < before_ ? kRenoSlope : 1) * rounds;  // section 4.3
        const double t = to_seconds(since_) - k_;
        const double cubic = most_ + kC * t * t * t;
        const double most = window_ * (1 + 0.5 * std::min(rounds, 1.0));
        window_ = std::clamp(std::max(cubic, reno_), window_, std::max(most, reno_));
    }

    /// A part of a window was lost; `keep`: the part of the rate that was delivered.
    void reduce(double keep) {
        before_ = window_;
        // A flow whose window is below the last one makes room (section 4.7).
        most_ = window_ < most_ ? window_ * (1 + kBeta) / 2 : window_;
        window_ = std::max(window_ * std::min(keep, kBeta), kLeast);
        begin();
    }

  private:
    static constexpr double kC = 0.4;
    static constexpr double kBeta = 0.7;
    static constexpr double kRenoSlope = 3 * (1 - kBeta) / (1 + kBeta);
    static constexpr double kLeast = 2;

    void begin() {
        start_ = reno_ = window_;
        since_ = {};
        k_ = std::cbrt(std::max(0.0, most_ - window_) / kC);
    }

    double window_;
    double most_;        // the window at which growth levels out
    double before_ = 0;  // the window before the last reduction
    double start_ = 0;   // the window after the last reduction
    double reno_ = 0;    // the window that Reno would have
    double k_ = 0;       // seconds until `most_`
    Duration since_{};   // since the last reduction
};

}  // namespace mcast::rate
