// SPDX-License-Identifier: MIT
// What the reports of an epoch say: queues, and whether a loss has to do with the rate.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "protocol/rate/controller.hpp"

namespace mcast::rate {
namespace {

using std::chrono::milliseconds;

constexpr double kTolerance = 0.02;         // loss beyond the base that is let pass
constexpr double kToleranceQueued = 0.003;  // the same while there is a queue
constexpr double kUsualLoss = 0.001;        // is never ruled out
constexpr double kGreatLoss = 0.15;         // is seen in a few packets
constexpr double kMostlyLost = 0.5;
constexpr double kLeastTried = 0.25;  // part of the rate
constexpr double kMore = 2;
constexpr double kSame = 1.25;
constexpr double kSureLosses = 12;
constexpr double kTrialLosses = 12;  // as many would be lost again
constexpr double kTrialPackets = 1600;
constexpr double kMostDispersion = 60;
constexpr double kMostChance = 0.25;
constexpr double kFollowed = 16'000;  // packets that the base is the mean of
constexpr double kMostPatience = 4;
constexpr double kLeastBase = 0.01;  // of a lesser one it does not matter how it varies
constexpr double kDoubt = 1.5;
constexpr double kLeastKept = 1.0 / 16;
constexpr double kFewReports = 5;      // say something of it
constexpr double kNotableLoss = 0.02;  // that is worth naming somebody for
constexpr double kHeldBack = 0.98;     // of the rate: a backlog that keeps it from growing
constexpr double kSureReports = 20;    // tell how losses vary
// Queueing delay: at the first the rate no longer grows, at the second it falls.
constexpr Duration kDelayHold = milliseconds(3);
constexpr Duration kDelayCut = milliseconds(8);

}  // namespace

void RateController::Tally::add(const Tally& more) {
    sent += more.sent;
    lost += more.lost;
    squares += more.squares;
    reports += more.reports;
}

double RateController::Tally::dispersion() const {
    if (reports < 2 || lost <= 0) return 1;
    const double p = loss();
    const double variance = squares - 2 * p * lost + p * p * sent;
    return std::clamp(variance / (p * (1 - std::min(p, 0.99)) * reports), 1.0, kMostDispersion);
}

// How much more than singly lost packets it makes one wait for. What a first loss taught counts as
// long as there is such loss.
double RateController::Receiver::burstiness() const {
    return base < kLeastBase ? 1 : dispersion;
}

// Enough packets to judge a receiver by: a great loss shows early, a small one takes many.
bool RateController::Receiver::sure(double packets) const {
    // Where packets are lost many at a time, one time says nothing.
    const double bursts = burstiness();
    const double needed = packets * std::min(std::sqrt(bursts), kMostPatience);
    if (seen.sent >= needed || (host_drops > 0 && seen.sent >= kMinPackets)) return true;
    const double beyond = seen.lost - base * seen.sent;
    return seen.sent >= kMinPackets * bursts &&
           (beyond > kGreatLoss * seen.sent || beyond > kSureLosses * std::sqrt(bursts));
}

RateController::Verdict RateController::judge(Duration allowed) {
    Verdict verdict;
    for (auto& [node, r] : receivers_) judge_one(NodeId{node}, r, allowed, verdict);
    end_trials();
    return verdict;
}

void RateController::judge_one(NodeId node, Receiver& r, Duration allowed, Verdict& verdict) {
    const auto blame = [&](double keep) {
        verdict.congested = true;
        if (keep <= verdict.keep) verdict.worst = node;
        verdict.keep = std::min(verdict.keep, keep);
        r.kept = keep;
        r.cause = Cause::disk;
    };
    // One that drains already is given the time for it.
    if (r.backlog > 0.75 && r.backlog > r.backlog_before - 0.01) blame(0.8);
    if (r.backlog > 0.5) {
        verdict.hold = true;
        r.kept = std::min(r.kept, kHeldBack);
        r.cause = Cause::disk;
    }
    bool queued = false;
    bool late = false;
    if (r.rtt_min_now != Duration::max()) {
        const Duration queue = std::max(r.rtt_min_now - r.rtt_min - allowed, Duration::zero());
        queued = queue > std::max(kDelayHold, r.rtt_min / 16);
        const Duration last = r.rtt_last - r.rtt_min - allowed;
        late = last > std::max(kDelayHold, r.rtt_min / 16);
        verdict.filling = verdict.filling || last > std::max(kDelayHold, r.rtt_min / 64);
        verdict.rtt = std::max(verdict.rtt, r.rtt_min_now);
        verdict.queued = verdict.queued || queued;
        verdict.queue = std::max(verdict.queue, queue);
        if (queued) r.queue = queue;
        if (queue > std::max(kDelayCut, r.rtt_min / 8)) {
            verdict.long_queue = true;
            if (!verdict.worst) verdict.worst = node;
        }
    }
    const bool before = std::exchange(verdict.congested, false);
    if (r.seen.sent >= kMinPackets) judge_loss(node, r, queued, late, verdict);
    verdict.congested = verdict.congested || before;
}

void RateController::learn_takes(Receiver& r, bool lossy) const {
    const double bps = rate_.bps() * (1 - r.seen.loss()) / (1 - r.base);
    r.takes_bps = lossy && r.trial.before_bps <= 0
                      ? std::max(bps, kMin.bps())
                      : std::max(r.takes_bps, std::min(bps, rate_.bps()));
}

// Loss that came with a higher rate, or so much of it that the queue seen last must be its cause.
bool RateController::follows_rate(const Receiver& r, bool late) const {
    if (late && r.seen.loss() - r.base > kGreatLoss) return true;
    return r.clean_bps > 0 && rate_.bps() > 1.03 * r.clean_bps;
}

// What the loss of an epoch may be beyond the base by chance, and the base beside what it is. The
// more receivers, the farther the unluckiest is from its mean.
double RateController::chance_of(const Receiver& r, double least_base) const {
    const double unlucky =
        1.5 + std::sqrt(2 * std::log(2.0 + static_cast<double>(receivers_.size())));
    const double dispersion =
        r.seen.reports < kSureReports ? r.dispersion : std::max(r.dispersion, r.seen.dispersion());
    const double packets = 1 / (1 / r.seen.sent + 1 / std::max(r.followed, r.seen.sent));
    const double doubt = std::clamp(std::sqrt(dispersion) / 2, 1.0, kDoubt);  // no bell curve
    return std::min(
        kMostChance,
        doubt * unlucky * std::sqrt(std::max(r.base, least_base) * dispersion / packets));
}

// An epoch that lost no more than the base explains.
void RateController::follow_base(Receiver& r, bool queued, double chance) {
    r.clean_bps = rate_.bps();
    r.cut = false;
    const double n = r.seen.sent;
    const double beyond = r.seen.loss() - r.base;
    // Upwards only without a queue: what that loses is not unrelated.
    if (queued && beyond > 0) return;
    // At first the mean of all that came, then of the latest.
    r.followed = std::max(n, std::min(r.followed + n, kFollowed));
    r.base += beyond * (beyond < -chance ? std::min(0.5, n / 2000) : n / r.followed);
    // A first loss may have been of a queue, and many at a time.
    if (r.seen.reports >= kFewReports)
        r.dispersion += (r.seen.dispersion() - r.dispersion) * std::min(0.25, n / 4000);
}

void RateController::begin_trial(Receiver& r) {
    r.trial = {
        .before_bps = std::min(rate_.bps(), kAboveLink * used_bps()), .all = {}, .lower = {}};
    if (tried_bps_ <= 0) {
        tried_bps_ = r.trial.before_bps;
        tried_ceiling_bps_ = ceiling_bps_;
        tried_ceiling_queued_ = ceiling_queued_;
    }
    learn(r);
}

// Loss beyond the base that is let pass.
double RateController::tolerance_of(const Receiver& r, bool queued) const {
    const double varies = 0.2 * std::min(r.base, 1 - r.base);
    if (!queued) return std::max(kTolerance, varies);
    // Beside another flow each one counts that a queue can have lost, as it does for that.
    if (competing_until_) return varies;
    // As much as a TCP flow of our rate would bear: else a slow one would never get up again.
    const double window = rate_.bps() * to_seconds(r.rtt_min_now) / kTcpPacketBits;
    return std::max(std::clamp(1.5 / (window * window), kToleranceQueued, 0.1), varies);
}

void RateController::judge_loss(NodeId node, Receiver& r, bool queued, bool late,
                                Verdict& verdict) {
    const double loss = r.seen.loss();
    // One drop of the socket is a whole batch, so their number says little; that there were some
    // says that the loss beyond the base is the host's.
    const bool host = r.host_drops > 0 && loss - r.base > 0.002;
    const double chance = chance_of(r, competing_until_ && queued ? 0 : kUsualLoss);
    const bool lossy = host || loss - r.base > std::max(tolerance_of(r, queued), chance);
    learn_takes(r, lossy);
    if (fixed_ && !host) r.base += (loss - r.base) / 8;
    if (r.trial.before_bps > 0 && !queued && !host) {
        // It has been cut for this loss already; more of it says nothing as long as there is no
        // queue that could be its cause.
        verdict.hold = true;
        const bool more = late && loss > 1.25 * r.trial.all.loss() + chance;
        if (!(lossy && (more || rate_.bps() >= low_bps(r)))) return learn(r);
        if (more) r.trial = {};
    }
    if (!lossy) return follow_base(r, queued, chance);
    const bool again = std::exchange(r.cut, true);  // a cut did not help
    if (!again) r.first_cut = {rate_.bps(), loss, ceiling_bps_, ceiling_queued_};
    if (is_puzzled(r, {.queued = queued, .host = host, .late = late, .again = again})) return;
    blame_loss(node, r, again && !try_ ? kLeastTried : kLeastKept, verdict);
}

// Looks for what a loss comes from. True: another epoch has to tell.
bool RateController::is_puzzled(Receiver& r, const LossSigns& signs) {
    if (r.trial.before_bps > 0 && signs.queued) {
        // That is where it was lost.
        r.trial = {};
        related_ = true;
    } else if (r.trial.before_bps > 0) {
        learn(r);
    } else if (!signs.host && puzzles(r)) {
        r.puzzle = r.seen;
        return true;
    } else if (!signs.queued && !signs.host && may_be_usual(r, signs.again, signs.late)) {
        begin_trial(r);
    }
    return false;
}

// The greater half is congestion at first: a link that is met far above its rate shows it. When a
// cut has not helped it may be usual as well.
bool RateController::may_be_usual(const Receiver& r, bool again, bool late) const {
    if (fixed_ || try_) return false;
    return again || (r.seen.loss() < kMostlyLost && !follows_rate(r, late));
}

void RateController::blame_loss(NodeId node, Receiver& r, double least, Verdict& verdict) const {
    verdict.congested = true;
    // That a burst met a full queue does not say how little the link takes.
    double keep = std::max((1 - r.seen.loss()) / (1 - r.base), least);
    if (r.trial.before_bps > 0 && keep > 1 - kGreatLoss)
        verdict.low_bps = std::min(verdict.low_bps, 0.99 * low_bps(r));
    // Farther down nothing more would become known.
    if (r.trial.before_bps > 0)
        keep = std::min(1.0, std::max(keep, 0.99 * low_bps(r) / rate_.bps()));
    if (keep <= verdict.keep) verdict.worst = node;
    verdict.keep = std::min(verdict.keep, keep);
    if (keep >= r.kept) return;
    r.kept = keep;
    r.cause = r.host_drops > 0 ? Cause::host : r.trial.before_bps > 0 ? Cause::loss : Cause::link;
}

// In whose way the rate is: of all that were heard of in this epoch.
void RateController::look_for_pacer(Time now) {
    troubles_.clear();
    for (const auto& [node, r] : receivers_) {
        const bool heard = r.seen.sent >= kMinPackets || r.rtt_min_now != Duration::max();
        if (!heard && r.kept >= 1) continue;
        const double beyond = r.seen.sent > 0 ? std::max(r.seen.loss() - r.base, 0.0) : 0;
        troubles_.push_back({.node = NodeId{node},
                             .lost = std::max(1 - r.kept, beyond),
                             .queue = r.queue,
                             .blamed = r.kept < 1,
                             .cause = r.cause});
    }
    // A fixed rate says nothing of what one takes.
    pace_.on_epoch(now, troubles_, fixed_ ? 0 : rate_.bps(), link_busy_);
}

std::optional<Pacing> RateController::paced_by() const {
    auto found = pace_.found();
    if (!found) return lossiest();
    // It turned out that the loss went with the rate: that is a link which takes no more.
    const auto known = receivers_.find(raw(found->node));
    const bool by_rate = known != receivers_.end() && known->second.trial.before_bps <= 0 &&
                         known->second.base < kNotableLoss;
    if (found->cause == Cause::loss && by_rate) found->cause = Cause::link;
    return found;
}

// Loss that has nothing to do with the rate does not lower it, but its repair takes a part of it.
std::optional<Pacing> RateController::lossiest() const {
    std::optional<Pacing> worst;
    double most = 0;
    double sum = 0;
    for (const auto& [node, r] : receivers_) {
        sum += r.base;
        if (r.base <= most) continue;
        most = r.base;
        worst = Pacing{NodeId{node}, Cause::loss};
    }
    if (most < kNotableLoss) return std::nullopt;
    const auto others = static_cast<double>(receivers_.size()) - 1;
    const double usual = others > 0 ? (sum - most) / others : 0;
    return most >= 2 * usual + kNotableLoss / 2 ? worst : std::nullopt;
}

// What is lost because of the rate is gone, or much less, at what came through of it, and a bit.
double RateController::low_bps(const Receiver& r) {
    const double kept = std::min(1.0, (1 - r.trial.all.loss()) / (1 - r.base));
    return std::max(std::pow(kept, 1.5), kLeastTried) * r.trial.before_bps;
}

// Where most is lost, more of it comes through at a lower rate if that is why: all that a link
// takes, and a quarter of the rate is as if it took four times as much.
bool RateController::gets_more(const Trial& trial) {
    const double sent = trial.all.sent - trial.lower.sent;
    const double kept = sent > 0 ? 1 - (trial.all.lost - trial.lower.lost) / sent : 1;
    return kept < 1 - kMostlyLost && 1 - trial.lower.loss() > kMore * kept;
}

// The cut that came before the trial was for the same loss: it is taken back as well.
void RateController::take_back(const Cut& cut, double base) {
    if (cut.before_bps <= tried_bps_ || cut.loss > kSame * base ||
        kSame * (1 - cut.loss) < 1 - base)
        return;
    tried_bps_ = cut.before_bps;
    tried_ceiling_bps_ = cut.ceiling_bps;
    tried_ceiling_queued_ = cut.ceiling_queued;
}

// An epoch of a trial. Over when enough came at clearly lower rates; if still as much was lost, it
// has nothing to do with the rate: then it is the base from now on.
void RateController::learn(Receiver& r) {
    Trial& t = r.trial;
    const bool low = rate_.bps() < low_bps(r);
    t.all.add(r.seen);
    if (!low) return;
    t.lower.add(r.seen);
    const double p = std::max(t.all.loss(), 1e-3);
    const double most = kTrialPackets * std::min(std::sqrt(t.lower.dispersion()), kMostPatience);
    if (t.lower.sent < std::min(kTrialLosses * t.all.dispersion() / p, most)) return;
    if (t.lower.loss() - r.base > kTolerance / 8 && t.lower.loss() > 0.3 * p && !gets_more(t)) {
        r.dispersion = t.all.dispersion();
        r.followed = t.all.sent;
        r.base = std::min(p, kMaxBase);
        take_back(r.first_cut, r.base);
    } else {
        related_ = true;
    }
    t = {};
}

// When all are over and none of the losses went with the rate, the cuts are taken back.
void RateController::end_trials() {
    if (tried_bps_ <= 0) return;
    for (const auto& [node, r] : receivers_)
        if (r.trial.before_bps > 0) return;
    if (!related_) {
        ceiling_queued_ = tried_ceiling_queued_;
        ceiling_bps_ = tried_ceiling_bps_;  // nothing was congested after all
        set(std::max(rate_.bps(), tried_bps_));
    }
    tried_bps_ = 0;
    related_ = false;
}

std::optional<double> RateController::greatest_base() const {
    if (fixed_ || receivers_.empty()) return std::nullopt;
    double base = 0;
    for (const auto& [node, r] : receivers_) base = std::max(base, r.base);
    return base;
}

}  // namespace mcast::rate
