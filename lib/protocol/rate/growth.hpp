// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "base/time.hpp"
#include "protocol/rate/verdict.hpp"

namespace mcast::rate {

/// How the rate grows without congestion: fast until the first (slow start), fast while far below
/// the rate that was congested last, slowly near it, and faster and faster beyond (CUBIC's shape).
class Growth {
  public:
    /// After congestion steps are small again.
    void on_congestion() { gain_ = kFirstGain; }
    void stop_start() { careful_start_ = false; }
    /// True if the latest step was a quarter, and there was no congestion yet.
    [[nodiscard]] bool careful_start() const { return careful_start_; }

    /// True while a queue that begins may still vanish: a higher rate would feed it. A queue that
    /// stays is not ours, or none at all.
    [[nodiscard]] bool waits(Time now, const Verdict& verdict, double bps,
                             const CongestedRate& congested);
    /// True at or beyond the congested rate, or if none is known: a probe shows more than a step.
    [[nodiscard]] static bool is_high(double bps, const CongestedRate& congested) {
        return !congested.known() || bps >= kBeyond * congested.bps;
    }
    /// The next rate; empty: no step yet. `far`: the path is so long that higher rates are probed.
    [[nodiscard]] std::optional<double> next(Time now, const EpochReport& report,
                                             const Verdict& verdict, double bps,
                                             const CongestedRate& congested, bool far);

  private:
    static constexpr double kFirstGain = 0.015;  // part of the rate, beyond the congested one
    static constexpr double kBeyond = 1.01;      // times the congested rate: past it

    [[nodiscard]] double start(const Verdict& verdict, double bps);
    [[nodiscard]] double step(const EpochReport& report, const Verdict& verdict, double bps,
                              double congested_bps, bool careful);

    double gain_ = kFirstGain;
    bool careful_start_ = false;
    Time stepped_{};
    std::optional<Time> waiting_since_;
};

}  // namespace mcast::rate
