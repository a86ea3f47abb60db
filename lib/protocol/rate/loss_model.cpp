// SPDX-License-Identifier: MIT
#include "protocol/rate/loss_model.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/units.hpp"
#include "protocol/rate/limits.hpp"
#include "protocol/rate/local_link.hpp"

namespace mcast::rate {
namespace {

// Loss beyond the baseline that is tolerated, without a queue and with one, as a queue is a likely
// cause of loss.
constexpr double kTolerance = 0.02;
constexpr double kToleranceQueued = 0.003;
constexpr double kMostTolerated = 0.1;    // at a slow flow
constexpr double kVaries = 0.2;           // part of the baseline by which it varies
constexpr double kHostLoss = 0.002;       // more of it, with drops of the socket, is the host's
constexpr double kUsualLoss = 0.001;      // loss that is never ruled out
constexpr double kGreatLoss = 0.15;       // loss that a few packets show
constexpr double kMostUnexplained = 0.3;  // more is congestion, and no probe is spent on it
// The least part that a cut leaves. A cut goes to the rate delivered, but a burst that met a full
// queue does not show the rate of the link. Later cuts for the same loss go less far, as it may be
// random.
constexpr double kLeastCut = 1.0 / 16;
constexpr double kLeastCutAgain = 0.25;
constexpr double kMoreDelivered = 2;  // times as much at a lower rate: it was congestion
constexpr double kSame = 1.25;        // losses that differ by no more are the same
constexpr double kFaster = 1.03;      // than the last clean rate: a rise, not its jitter
// Losses and packets that a verdict needs: with 12 losses the standard deviation is below a third.
constexpr double kSureLosses = 12;
constexpr double kTestLosses = 12;
constexpr double kTestPackets = 1600;
constexpr double kBack = 0.97;       // of the rate before a test; a cut leaves less
constexpr double kSameRatio = 0.3;   // of the loss before the cut, still there: unrelated
constexpr double kMostPatience = 4;  // times as many packets if losses come in bursts
constexpr double kMostChance = 0.25;
constexpr double kFollowed = 16'000;     // packets that the baseline is the mean of
constexpr double kQuickFollowed = 2000;  // the same if loss has gone
constexpr double kDispersionPackets = 4000;
constexpr double kLeastBaseline = 0.01;  // the variation of a lesser one does not matter
constexpr double kDoubt = 1.5;           // bursts are no bell curve
constexpr double kFewReports = 5;        // reports that hint at how losses vary
constexpr double kSureReports = 20;      // reports that show how losses vary
constexpr double kUnlucky = 3;           // standard deviations
constexpr double kSingleLosses = 2;      // dispersion below it: no bursts
constexpr Duration kWaitedLong = std::chrono::milliseconds(50);
constexpr double kMostBaseline = 0.98;
constexpr double kTcpPacketBits = 12'000;  // 1500 bytes

double expected_by_chance(double losses) {
    return 2 * std::sqrt(losses);
}

// If most is lost because of the rate, a lower rate delivers more. After a cut to a quarter it is
// as if the link took four times as much.
bool delivers_more_when_slower(const LossTest& test) {
    const double sent = test.all.sent - test.lower.sent;
    const double delivered = sent > 0 ? 1 - (test.all.lost - test.lower.lost) / sent : 1;
    return delivered < 1 - kMostlyLost && 1 - test.lower.loss() > kMoreDelivered * delivered;
}

}  // namespace

void LossModel::expect(double loss) {
    baseline_ = std::clamp(loss, 0.0, kMostBaseline);
    test_.reset();
}

LossModel LossModel::baseline_only() const {
    LossModel model;
    model.baseline_ = baseline_;
    model.followed_ = followed_;
    model.dispersion_ = dispersion_;
    return model;
}

// Factor by which bursty loss raises the number of packets that a verdict needs. The estimate
// counts only while there is such loss.
double LossModel::burstiness() const {
    return baseline_ < kLeastBaseline ? 1 : dispersion_;
}

bool LossModel::is_sure(const ReceiverEpoch& heard, double packets, Duration lasted) const {
    const Tally& seen = heard.seen;
    // Half of the packets is enough if the loss is no more than usual, and not in bursts. If
    // waiting for more takes long, loss that can be chance counts as usual.
    const double usual = baseline_ * seen.sent;
    const double chance = lasted >= kWaitedLong ? expected_by_chance(usual) : 0;
    const bool clean = seen.lost <= usual + chance && seen.dispersion() < kSingleLosses;
    // If packets are lost in bursts, one moment shows nothing.
    const double bursts = burstiness();
    const double needed =
        (clean ? packets / 2 : packets) * std::min(std::sqrt(bursts), kMostPatience);
    if (seen.sent >= needed || (heard.host_drops > 0 && seen.sent >= kMinPackets)) return true;
    const double beyond = seen.lost - baseline_ * seen.sent;
    return seen.sent >= kMinPackets * bursts &&
           (beyond > kGreatLoss * seen.sent || beyond > kSureLosses * std::sqrt(bursts));
}

void LossModel::learn_delivery(const Tally& seen, bool lossy, double bps) {
    const double delivered = bps * (1 - seen.loss()) / (1 - baseline_);
    delivery_bps_ = lossy && !test_ ? std::max(delivered, kMinRate.bps())
                                    : std::max(delivery_bps_, std::min(delivered, bps));
}

// The loss beyond the baseline that an epoch can have by chance, counting the error of the baseline
// itself. The more receivers, the farther the unluckiest is from its mean.
double LossModel::chance(const Tally& seen, double least_baseline, std::size_t group) const {
    const double unlucky = 1.5 + std::sqrt(2 * std::log(2.0 + static_cast<double>(group)));
    const double dispersion =
        seen.reports < kSureReports ? dispersion_ : std::max(dispersion_, seen.dispersion());
    const double packets = 1 / (1 / seen.sent + 1 / std::max(followed_, seen.sent));
    const double doubt = std::clamp(std::sqrt(dispersion) / 2, 1.0, kDoubt);
    return std::min(
        kMostChance,
        doubt * unlucky * std::sqrt(std::max(baseline_, least_baseline) * dispersion / packets));
}

// The loss beyond the baseline that is tolerated.
double LossModel::tolerance(const ReceiverEpoch& heard, bool queued, const LossContext& at) const {
    const double varies = kVaries * std::min(baseline_, 1 - baseline_);
    if (!queued) return std::max(kTolerance, varies);
    // Beside another flow each loss in a queue counts, as it does for that flow.
    if (at.competing) return varies;
    // Tolerate the loss that a TCP flow of our rate would bear: else a slow flow would never
    // recover.
    const double window = at.bps * to_seconds(heard.rtt_min) / kTcpPacketBits;
    return std::max(std::clamp(1.5 / (window * window), kToleranceQueued, kMostTolerated), varies);
}

LossVerdict LossModel::judge(const ReceiverEpoch& heard, const QueueState& queue,
                             const LossContext& at, LossTests& tests) {
    LossVerdict verdict;
    const Tally& seen = heard.seen;
    const double loss = seen.loss();
    // One drop of the socket can be a whole batch, so the number of drops means little. If there
    // are any, the loss beyond the baseline is the host's.
    const bool host = heard.host_drops > 0 && loss - baseline_ > kHostLoss;
    const double by_chance =
        chance(seen, at.competing && queue.standing ? 0 : kUsualLoss, at.group);
    const bool lossy =
        host || loss - baseline_ > std::max(tolerance(heard, queue.standing, at), by_chance);
    learn_delivery(seen, lossy, at.bps);
    if (at.fixed && !host) baseline_ += (loss - baseline_) / 8;
    // The rate is back where it was before, and the loss is gone: there is nothing to test any
    // more.
    if (test_ && !lossy && at.bps >= kBack * test_->before_bps) test_.reset();
    if (test_ && !queue.standing && !host) {
        // The rate was cut for this loss already. More of it means nothing while there is no queue
        // that could cause it.
        verdict.hold = true;
        const bool more = queue.late && loss > kSame * test_->all.loss() + by_chance;
        if (!(lossy && (more || at.bps >= low_bps()))) return test(seen, at.bps, tests), verdict;
        if (more) test_.reset();
    }
    if (!lossy) return follow(seen, queue.standing, by_chance, at.bps), verdict;
    const bool again = std::exchange(cut_, true);  // true: a cut did not help
    if (!again) first_cut_ = {{at.bps, at.congested}, loss};
    if (!is_unexplained(heard, queue, at, host, again, tests))
        blame(heard, at, again && !at.probed ? kLeastCutAgain : kLeastCut, verdict);
    return verdict;
}

// Learns from an epoch that lost no more than the baseline explains.
void LossModel::follow(const Tally& seen, bool queued, double chance, double bps) {
    last_clean_bps_ = bps;
    cut_ = false;
    const double n = seen.sent;
    const double beyond = seen.loss() - baseline_;
    // The baseline rises only without a queue: loss in a queue depends on the rate.
    if (queued && beyond > 0) return;
    // The mean of all packets at first, of the latest later.
    followed_ = std::max(n, std::min(followed_ + n, kFollowed));
    baseline_ += beyond * (beyond < -chance ? std::min(0.5, n / kQuickFollowed) : n / followed_);
    // A first loss may come from a queue, and in bursts.
    if (seen.reports >= kFewReports)
        dispersion_ += (seen.dispersion() - dispersion_) * std::min(0.25, n / kDispersionPackets);
}

// Looks for the cause of a loss. True: a probe has to find it.
bool LossModel::is_unexplained(const ReceiverEpoch& heard, const QueueState& queue,
                               const LossContext& at, bool host, bool again, LossTests& tests) {
    if (test_ && queue.standing) {
        test_.reset();
        tests.on_congestion();
    } else if (test_) {
        test(heard.seen, at.bps, tests);
    } else if (!host && at.may_probe && unexplained_.sent <= 0 &&
               heard.seen.loss() < kMostUnexplained) {
        unexplained_ = heard.seen;
        return true;
    } else if (!queue.standing && !host && may_be_random(heard.seen, queue.late, again, at)) {
        test_.emplace();
        test_->before_bps = std::min(at.bps, LocalLink::kAbove * at.used_bps);
        tests.begin({test_->before_bps, at.congested});
        test(heard.seen, at.bps, tests);
    }
    return false;
}

// A loss of more than half is taken for congestion at first, as when a link is overrun by far. So
// is loss that came with a higher rate, or so much that the queue seen last must be its cause. If a
// cut has not helped, it may be random after all.
bool LossModel::may_be_random(const Tally& seen, bool late, bool again,
                              const LossContext& at) const {
    if (at.fixed || at.probed) return false;
    const bool by_queue = late && seen.loss() - baseline_ > kGreatLoss;
    const bool by_rate = last_clean_bps_ > 0 && at.bps > kFaster * last_clean_bps_;
    return again || (seen.loss() < kMostlyLost && !by_queue && !by_rate);
}

void LossModel::blame(const ReceiverEpoch& heard, const LossContext& at, double least,
                      LossVerdict& verdict) const {
    verdict.congested = true;
    double delivered = std::max((1 - heard.seen.loss()) / (1 - baseline_), least);
    if (test_ && delivered > 1 - kGreatLoss) verdict.low_bps = 0.99 * low_bps();
    // A deeper cut would show nothing more.
    if (test_) delivered = std::min(1.0, std::max(delivered, 0.99 * low_bps() / at.bps));
    verdict.delivered_fraction = delivered;
    verdict.cause = heard.host_drops > 0 ? Cause::host : test_ ? Cause::loss : Cause::link;
}

// The rate at which loss that depends on the rate is gone, or much less: a bit below the rate
// delivered.
double LossModel::low_bps() const {
    const double delivered = std::min(1.0, (1 - test_->all.loss()) / (1 - baseline_));
    return std::max(std::pow(delivered, 1.5), kLeastCutAgain) * test_->before_bps;
}

// Adds an epoch to the test, which is over when enough was sent at clearly lower rates.
void LossModel::test(const Tally& seen, double bps, LossTests& tests) {
    // The rate cannot fall below the least: loss that stays there is random.
    const bool stays = bps <= kMinRate.bps() && test_->all.sent > 0;
    const bool low = bps < low_bps() || stays;
    test_->all.add(seen);
    if (!low) return;
    test_->lower.add(seen);
    const double p = std::max(test_->all.loss(), 1e-3);
    const double most =
        kTestPackets * std::min(std::sqrt(test_->lower.dispersion()), kMostPatience);
    if (test_->lower.sent >= std::min(kTestLosses * test_->all.dispersion() / p, most))
        finish_test(tests);
}

// If as much was lost as before, the loss does not depend on the rate: it is the new baseline.
void LossModel::finish_test(LossTests& tests) {
    const LossTest& t = *test_;
    const double p = std::max(t.all.loss(), 1e-3);
    if (t.lower.loss() - baseline_ > kTolerance / 8 && t.lower.loss() > kSameRatio * p &&
        !delivers_more_when_slower(t)) {
        dispersion_ = t.all.dispersion();
        followed_ = t.all.sent;
        baseline_ = std::min(p, kMostBaseline);
        const double cut = first_cut_.loss;
        if (cut <= kSame * baseline_ && kSame * (1 - cut) >= 1 - baseline_)
            tests.include(first_cut_.before);
    } else {
        tests.on_congestion();
    }
    test_.reset();
}

void LossModel::set_baseline(const Tally& seen) {
    baseline_ = std::min(seen.loss(), kMostBaseline);
    dispersion_ = seen.dispersion();
    followed_ = seen.sent;
}

bool LossModel::explains(const Tally& faster) {
    if (faster.sent < kMinPackets) return true;
    const Tally before = unexplained_;
    if (before.loss() > kMostUnexplained) return false;
    const double p = (before.lost + 1) / (before.sent + 1);  // no loss is no proof
    const double chance = std::sqrt(before.dispersion() * p * (1 / before.sent + 1 / faster.sent));
    if (faster.loss() > kSame * before.loss() + kUnlucky * chance) return false;
    unexplained_.add(faster);
    set_baseline(unexplained_);
    return true;
}

bool LossModel::lost_more(const Tally& faster) {
    return unexplained_.sent > 0 && !explains(faster) &&
           faster.loss() > unexplained_.loss() + kGreatLoss;
}

void LossModel::take_unexplained() {
    if (followed_ <= 0 && unexplained_.sent >= kMinPackets) set_baseline(unexplained_);
}

}  // namespace mcast::rate
