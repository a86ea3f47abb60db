// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

#include <mcast/status.hpp>

#include "protocol/rate/epoch.hpp"
#include "protocol/rate/loss_test.hpp"
#include "protocol/rate/path_model.hpp"

namespace mcast::rate {

/// The facts that a loss is judged by, beside the receiver's report.
struct LossContext {
    double bps = 0;       ///< the rate of the epoch
    double used_bps = 0;  ///< of it
    CongestedRate congested;
    std::size_t group = 1;   ///< receivers that are judged
    bool fixed = false;      ///< the rate does not follow
    bool competing = false;  ///< with another flow
    bool probed = false;     ///< the epoch was a probe's step
    bool may_probe = false;  ///< a probe can tell what a loss comes from
};

/// The meaning of a receiver's loss for the rate.
struct LossVerdict {
    bool congested = false;
    bool hold = false;              ///< no faster
    double delivered_fraction = 1;  ///< of the rate, where congested
    std::optional<double> low_bps;  ///< low enough for its loss test
    Cause cause = Cause::link;
};

/// Tells random loss on the path to one receiver, which a lower rate does not end, from congestion.
///
/// Loss beyond the *baseline* without a queue is tested: when the rate has fallen and the loss has
/// not gone, it becomes the baseline, with the burstiness (dispersion) that it showed. The model
/// never sets a rate.
class LossModel {
  public:
    /// Takes a loss that is known from elsewhere.
    void expect(double loss);
    /// The part that is kept of a receiver that is not heard for a while.
    [[nodiscard]] LossModel baseline_only() const;

    [[nodiscard]] double baseline() const { return baseline_; }
    /// The most that the receiver was seen to take since it took less last; 0: not known.
    [[nodiscard]] double delivery_bps() const { return delivery_bps_; }
    [[nodiscard]] bool testing() const { return test_.has_value(); }
    void end_test() { test_.reset(); }

    /// Enough packets to judge it by: `packets`, or fewer where much or nothing is lost.
    [[nodiscard]] bool is_sure(const ReceiverEpoch& heard, double packets, Duration lasted) const;
    [[nodiscard]] LossVerdict judge(const ReceiverEpoch& heard, const QueueState& queue,
                                    const LossContext& at, LossTests& tests);

    // A probe.
    /// Lost more than it should, in the epoch before it; nothing sent: no.
    [[nodiscard]] const Tally& unexplained() const { return unexplained_; }
    void set_unexplained(const Tally& seen) { unexplained_ = seen; }
    /// A faster step of a probe lost much more than was unexplained. If it lost as much, that has
    /// nothing to do with the rate and becomes the baseline.
    [[nodiscard]] bool lost_more(const Tally& faster);
    /// Nothing else is known: what is unexplained is the baseline.
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
    double followed_ = 0;        // packets that say so
    double dispersion_ = 1;      // of the baseline
    double last_clean_bps_ = 0;  // of the latest epoch without loss beyond the baseline
    double delivery_bps_ = 0;
    bool cut_ = false;  // for its loss in the epoch before
    Cut first_cut_;
    std::optional<LossTest> test_;
    Tally unexplained_;
};

}  // namespace mcast::rate
