// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "base/time.hpp"
#include "protocol/rate/congestion_history.hpp"
#include "protocol/rate/cubic.hpp"
#include "protocol/rate/verdict.hpp"

namespace mcast::rate {

/// CUBIC takes long to come back from a loss at that rate on a path of that round trip.
[[nodiscard]] bool is_slow_for_cubic(double bps, Duration path);

/// Somebody else fills the queue (Copa: competitive mode): the rate is what a TCP connection with
/// CUBIC would come to in our place, until nothing was queued for a while.
class Competition {
  public:
    /// Part of the congested rate to begin with: we may have starved the other flow, and two CUBIC
    /// flows would meet at half.
    static constexpr double kShare = 0.5;

    [[nodiscard]] bool active() const { return until_.has_value(); }
    void begin(Time now, double bps, Duration rtt);
    void stop() { until_.reset(); }
    /// Over when nothing was queued for long enough.
    void expire(Time now) {
        if (until_ && now >= *until_) until_.reset();
    }
    void forget_history() { history_.clear(); }

    /// A queue began at that rate. True: such rates sink where TCP is slow, so another flow grows.
    /// Short queues of a long path go whenever we send less, whoever fills them: TCP comes back
    /// from a loss in seconds and we at once, so it would never get up again.
    [[nodiscard]] bool sinks(double bps, Duration path);
    /// `begin` followed by this: until the congested rate is back where it was.
    void go_on_until_alone(Time now);

    struct Decision {
        std::optional<double> bps;
        bool congested = false;  ///< at the rate so far
    };
    [[nodiscard]] Decision on_epoch(Time now, const EpochReport& report, const Verdict& verdict,
                                    double bps);

  private:
    std::optional<Time> until_;
    Cubic cubic_{0};
    Duration srtt_{};       // smoothed round trip
    double alone_bps_ = 0;  // one that is congested there again is alone; 0: not known
    Time spared_until_{};   // further losses are of the same congestion
    CongestionHistory history_;
};

}  // namespace mcast::rate
