// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

#include <mcast/status.hpp>

#include "protocol/rate/epoch.hpp"
#include "protocol/rate/loss_test.hpp"
#include "protocol/rate/path_model.hpp"

namespace mcast::rate {

/// The facts that a loss is judged by, in addition to the receiver's report.
struct LossContext {
    double bps = 0;       ///< the rate of the epoch
    double used_bps = 0;  ///< the rate that was really sent
    CongestedRate congested;
    std::size_t group = 1;   ///< receivers that are judged
    bool fixed = false;      ///< the rate does not follow
    bool competing = false;  ///< another flow shares the link
    bool probed = false;     ///< the epoch was a probe's step
    bool may_probe = false;  ///< a probe can find the cause of a loss
};

/// The consequences of a receiver's loss for the rate.
struct LossVerdict {
    bool congested = false;
    bool hold = false;              ///< do not go faster
    double delivered_fraction = 1;  ///< part of the rate, if congested
    std::optional<double> low_bps;  ///< low enough for its loss test
    Cause cause = Cause::link;
};

/// Distinguishes random loss on the path to one receiver, which a lower rate does not end, from
/// congestion.
///
/// Loss beyond the *baseline* without a queue is tested: if the rate has fallen and the loss stays,
/// it becomes the baseline, with its burstiness (dispersion). The model never sets a rate.
class LossModel {
  public:
    /// Sets the baseline to a loss that is known from elsewhere.
    void expect(double loss);
    /// A copy with the baseline alone, to be kept while the receiver is not heard.
    [[nodiscard]] LossModel baseline_only() const;

    [[nodiscard]] double baseline() const { return baseline_; }
    /// The greatest delivery rate since the last loss; 0: not known.
    [[nodiscard]] double delivery_bps() const { return delivery_bps_; }
    [[nodiscard]] bool testing() const { return test_.has_value(); }
    void end_test() { test_.reset(); }

    /// True if there are enough packets for a verdict: `packets`, or fewer if much or nothing is
    /// lost.
    [[nodiscard]] bool is_sure(const ReceiverEpoch& heard, double packets, Duration lasted) const;
    [[nodiscard]] LossVerdict judge(const ReceiverEpoch& heard, const QueueState& queue,
                                    const LossContext& at, LossTests& tests);

    // For a probe.
    /// The epoch before the probe, if it lost more than it should; else nothing is sent in it.
    [[nodiscard]] const Tally& unexplained() const { return unexplained_; }
    void set_unexplained(const Tally& seen) { unexplained_ = seen; }
    /// True if a faster step of a probe lost much more than was unexplained. If it lost as much,
    /// that loss does not depend on the rate and becomes the baseline.
    [[nodiscard]] bool lost_more(const Tally& faster);
    /// Makes the unexplained loss the baseline if nothing else is known.
    void take_unexplained();

  private:
    // The first cut for a loss that a lower rate did not end.
    struct Cut {
        Checkpoint before;
        double loss = 0;
    };

    [[nodiscard]] double burstiness() const;
    void learn_delivery(const Tally& seen, bool lossy, double bps);
    [[nodiscard]] double chance(const Tally& seen, double least_baseline, std::size_t group) const;
    [[nodiscard]] double tolerance(const ReceiverEpoch& heard, bool queued,
                                   const LossContext& at) const;
    void follow(const Tally& seen, bool queued, double chance, double bps);
    [[nodiscard]] bool is_unexplained(const ReceiverEpoch& heard, const QueueState& queue,
                                      const LossContext& at, bool host, bool again,
                                      LossTests& tests);
    [[nodiscard]] bool may_be_random(const Tally& seen, bool late, bool again,
                                     const LossContext& at) const;
    void blame(const ReceiverEpoch& heard, const LossContext& at, double least,
               LossVerdict& verdict) const;
    void test(const Tally& seen, double bps, LossTests& tests);
    void finish_test(LossTests& tests);
    [[nodiscard]] double low_bps() const;
    void set_baseline(const Tally& seen);
    [[nodiscard]] bool explains(const Tally& faster);

    double baseline_ = 0;        // loss that does not depend on the rate
    double followed_ = 0;        // packets that it is the mean of
    double dispersion_ = 1;      // of the baseline
    double last_clean_bps_ = 0;  // rate of the latest epoch without loss beyond the baseline
    double delivery_bps_ = 0;
    bool cut_ = false;  // the rate was cut for its loss in the epoch before
    Cut first_cut_;
    std::optional<LossTest> test_;
    Tally unexplained_;
};

}  // namespace mcast::rate
