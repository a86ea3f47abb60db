// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>

#include "base/time.hpp"

namespace mcast::rate {

/// The congestion window that a TCP connection with CUBIC (RFC 9438) would have in our place, in
/// packets. It is told what time passes and when there was congestion; it belongs to one rate
/// control and lives as long as that shares a link.
class Cubic {
  public:
    /// From here it grows as after a congestion at the same window.
    explicit Cubic(double packets) : window_(std::max(packets, kLeast)), most_(window_) { begin(); }

    [[nodiscard]] double packets() const { return window_; }
    /// How long until it is back where the last congestion was.
    [[nodiscard]] double recovery_seconds(Duration rtt) const {
        const double lost = most_ - start_;
        return std::min(k_, lost * to_seconds(rtt) / kRenoSlope);
    }

    /// `lasted` went by without congestion, at that round trip time.
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

    /// Some of a window was lost; `keep`: the part of the rate that came through.
    void reduce(double keep) {
        before_ = window_;
        // A flow that falls behind its last one makes room (section 4.7).
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
    double most_;        // where it levels out
    double before_ = 0;  // the last reduction
    double start_ = 0;   // after it
    double reno_ = 0;    // what Reno's would be
    double k_ = 0;       // seconds until `most_`
    Duration since_{};   // the last reduction
};

}  // namespace mcast::rate
