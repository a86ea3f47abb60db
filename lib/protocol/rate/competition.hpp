// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "base/time.hpp"
#include "protocol/rate/congestion_history.hpp"
#include "protocol/rate/cubic.hpp"
#include "protocol/rate/verdict.hpp"

namespace mcast::rate {

/// True if CUBIC needs long to recover from a loss at that rate on a path of that round trip time.
[[nodiscard]] bool is_slow_for_cubic(double bps, Duration path);

/// The mode beside another flow that fills the queue (Copa: competitive mode): the rate is that of
/// a TCP connection with CUBIC in our place, until there was no queue for a while.
class Competition {
  public:
    /// Part of the congested rate to begin with: we may have starved the other flow, and two CUBIC
    /// flows would meet at half.
    static constexpr double kShare = 0.5;

    [[nodiscard]] bool active() const { return until_.has_value(); }
    void begin(Time now, double bps, Duration rtt);
    void stop() { until_.reset(); }
    /// Ends the mode when there was no queue for long enough.
    void expire(Time now) {
        if (until_ && now >= *until_) until_.reset();
    }
    void forget_history() { history_.clear(); }

    /// A queue began at that rate. True if such rates sink where TCP is slow, so another flow
    /// grows. Its short queues on a long path vanish whenever we send less, as ours do. TCP needs
    /// seconds to recover from a loss, and we would take its share at once, again and again.
    [[nodiscard]] bool sinks(double bps, Duration path);
    /// After begin(): goes on until the congested rate is back where it was.
    void go_on_until_alone(Time now);

    struct Decision {
        std::optional<double> bps;
        bool congested = false;  ///< at the rate before this decision
    };
    [[nodiscard]] Decision on_epoch(Time now, const EpochReport& report, const Verdict& verdict,
                                    double bps);

  private:
    std::optional<Time> until_;
    Cubic cubic_{0};
    Duration srtt_{};       // smoothed round trip
    double alone_bps_ = 0;  // we are alone when congested there again; 0: not known
    Time spared_until_{};   // losses until then belong to the same congestion
    CongestionHistory history_;
};

}  // namespace mcast::rate
