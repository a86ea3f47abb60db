// SPDX-License-Identifier: MIT
#include "protocol/rate_control.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

constexpr Duration kMinEpoch = milliseconds(7);
constexpr Duration kPatience = milliseconds(250);  // for receivers that are not heard
constexpr double kMinPackets = 30;          // fewer say nothing about loss
constexpr double kTolerance = 0.02;                // loss beyond the base that is let pass
constexpr double kToleranceQueued = 0.003;         // the same while there is a queue
constexpr double kMaxBase = 0.5;
constexpr double kSurePackets = 400;
constexpr double kGreatLoss = 0.15;  // is seen in fewer
constexpr double kFirstBeyond = 0.015;
constexpr double kAfterCut = 0.96;  // so that the queue drains
constexpr double kSureLosses = 12;
constexpr double kTrialLosses = 12;  // as many would be lost again
constexpr double kTrialPackets = 1600;
constexpr double kMostDispersion = 60;
constexpr double kMostChance = 0.25;
// Queueing delay: at the first the rate no longer grows, at the second it falls.
constexpr Duration kDelayHold = milliseconds(3);
constexpr Duration kDelayCut = milliseconds(8);
// A socket that was full lately is full again soon, if nothing else is slower.
constexpr Duration kLinkBusyFor = std::chrono::seconds(1);
constexpr double kAboveLink = 1.25;
// A queue of our own is drained by then.
constexpr Duration kDrainTime = milliseconds(250);
constexpr Duration kDelayLook = milliseconds(1);
constexpr double kDrains = 0.98;
constexpr double kMostExcess = 0.1;
constexpr double kDoubled = 0.5;
constexpr double kDrainStep = 0.93;
constexpr double kDrainLeast = 0.6;
// Beside somebody else.
constexpr Duration kCompeteFor = std::chrono::seconds(3);
constexpr double kCompeteCut = 0.8;
constexpr double kCubicC = 0.4;      // RFC 9438
constexpr double kRenoSlope = 0.53;  // packets a round trip, of CUBIC where that is faster
constexpr double kTcpPacketBits = 12'000;

}  // namespace

void RateControl::set_fixed(std::optional<DataRate> fixed) {
    fixed_ = fixed;
    if (fixed_) rate_ = *(fixed_ = std::max(*fixed_, kLeastFixed));
}

void RateControl::on_sample(NodeId node, const RateSample& sample) {
    Receiver& r = receivers_[raw(node)];
    r.backlog = sample.backlog;
    r.host_drops += sample.host_drops;
    if (sample.rtt > Duration::zero()) {
        r.rtt_min = std::min(r.rtt_min, sample.rtt);
        r.rtt_min_now = std::min(r.rtt_min_now, sample.rtt);
        r.rtt_last = sample.rtt;
    }
    if (sample.first < epoch_first_) return;
    const auto sent = static_cast<double>(sample.expected);
    if (sent <= 0) return;
    const double lost = std::max(0.0, sent - static_cast<double>(sample.received));
    r.seen.add({.sent = sent, .lost = lost, .squares = lost * lost / sent, .reports = 1});
}

void RateControl::on_rtt(NodeId node, Duration rtt) {
    Receiver& r = receivers_[raw(node)];
    r.rtt_min = std::min(r.rtt_min, rtt);
}

void RateControl::on_link_busy(Time now, ByteCount held) {
    link_busy_ = true;
    link_until_ = now + kLinkBusyFor;
    link_held_ = held;
}

void RateControl::on_sent(Time now, std::int64_t next, ByteCount bytes, Duration round,
                          std::size_t attached) {
    if (!epoch_begin_) begin_epoch(now, next);
    epoch_sent_ += bytes;
    const Duration lasted = now - *epoch_begin_;
    if (lasted < kMinEpoch) return;
    std::size_t heard = 0;
    bool enough = true;
    // The longer the way, the less of it is made longer by waiting for a few more.
    const auto sent = static_cast<double>(next - epoch_first_);
    const double sure = std::clamp(sent / 50, kSurePackets, 10 * kSurePackets);
    for (const auto& [node, r] : receivers_) {
        heard += r.seen.sent >= kMinPackets;
        enough = enough && r.sure(sure);
    }
    const bool all_heard = attached > 0 && heard >= attached;  // nobody: nothing is learnt
    if (!(all_heard && enough) && lasted < std::max(kPatience, 4 * round)) return;
    const double sent_bps = sent_bps_ = 8 * static_cast<double>(epoch_sent_) / to_seconds(lasted);
    const bool busy = now < link_until_ && sent_bps > 0;
    const Verdict verdict =
        judge(busy ? DataRate::bits_per_second(sent_bps).time_for(link_held_) : Duration::zero());
    if (verdict.worst) limited_by_ = verdict.worst;
    lasted_ = lasted;
    round_ = round;
    if (!fixed_) act(now, verdict, sent_bps, all_heard);
    queue_before_ = verdict.queue;
    begin_epoch(now, next);
}

void RateControl::begin_epoch(Time now, std::int64_t next) {
    epoch_begin_ = now;
    // At the same rate the packets that are still to be reported count for the next epoch.
    if (epoch_bps_ != rate_.bps()) epoch_first_ = next;
    epoch_bps_ = rate_.bps();
    epoch_sent_ = 0;
    idle_ = link_busy_ = false;
    for (auto& [node, r] : receivers_) {
        r.seen = {};
        r.host_drops = 0;
        r.backlog_before = r.backlog;
        r.rtt_min_now = Duration::max();
    }
}

void RateControl::act(Time now, const Verdict& verdict, double sent_bps, bool all_heard) {
    if (competing_until_ && now >= *competing_until_) competing_until_.reset();
    if (competing_until_ && all_heard) return compete(now, verdict, sent_bps);
    if (verdict.congested) {
        ceiling_bps_ = (idle_ ? rate_.bps() : std::min(rate_.bps(), sent_bps)) * verdict.keep;
        beyond_ = kFirstBeyond;
        set(ceiling_bps_ * kAfterCut);
        return;
    }
    if (drain(now, verdict)) return;
    // A queue that begins is waited for, not run into.
    if (ceiling_bps_ <= 0 ? verdict.filling
                          : verdict.queue > kDelayLook && rate_.bps() > ceiling_bps_)
        return;
    // Only when the rate was really used: else nothing was learnt.
    if (all_heard && !verdict.hold && !idle_ && sent_bps > 0.5 * rate_.bps()) grow();
    // A little above what our own link takes, so that it is never idle.
    if (link_busy_) set(std::min(rate_.bps(), kAboveLink * sent_bps));
}

// A queue is kept short by sending a little less, and drained by sending much less when it is long,
// or stays. If that does not help either, we are not its cause.
bool RateControl::drain(Time now, const Verdict& verdict) {
    if (!verdict.queued) {
        queued_since_.reset();
        draining_since_.reset();
        return false;
    }
    const Duration grown = verdict.queue - queue_before_;
    if (!queued_since_) {
        queued_since_ = now;
        drain_before_bps_ = rate_.bps();
        beyond_ = kFirstBeyond;
        if (ceiling_bps_ <= 0 || rate_.bps() > kDrains * ceiling_bps_) {
            // As much as it grew, we sent too much.
            const double excess = to_seconds(grown) / to_seconds(lasted_);
            const double most = ceiling_bps_ > 0 ? kMostExcess : kDoubled;
            ceiling_bps_ = rate_.bps() * (1 - std::clamp(excess, 0.0, most));
            set(kDrains * ceiling_bps_);
        }
        drain_step_due_ = now + round_ + verdict.queue;
    }
    const Duration patience = kDrainTime + 4 * round_ + 2 * verdict.queue;
    if (!draining_since_) {
        if (!verdict.long_queue && now - *queued_since_ < patience) {
            if (grown > Duration::zero() && now >= drain_step_due_) {
                drain_step_due_ = now + round_ + verdict.queue;
                set(kDrains * rate_.bps());
            }
            return true;
        }
        draining_since_ = now;
    }
    if (now - *draining_since_ > patience) {
        competing_until_ = now + kCompeteFor;
        queued_since_.reset();
        draining_since_.reset();
        set(drain_before_bps_);
        return true;
    }
    if (now < drain_step_due_) return true;
    // What the last step did is seen only when the packets after it have passed the queue.
    drain_step_due_ = now + round_ + verdict.queue;
    set(std::max(kDrainStep * rate_.bps(), kDrainLeast * drain_before_bps_));
    return true;
}

// Somebody else fills the queue: take a share as TCP would.
void RateControl::compete(Time now, const Verdict& verdict, double sent_bps) {
    if (verdict.queued) competing_until_ = now + kCompeteFor;
    if (verdict.congested) {
        if (now < spared_until_) return;  // of the same congestion
        spared_until_ = now + 2 * verdict.rtt;
        set(std::min(rate_.bps(), sent_bps) * std::min(verdict.keep, kCompeteCut));
        ceiling_bps_ = rate_.bps() / kCompeteCut;
        return;
    }
    if (idle_ || sent_bps < 0.5 * rate_.bps()) return;
    // As long as a CUBIC flow of our rate takes to make up for a congestion.
    const double rtt = std::max(to_seconds(verdict.rtt), 1e-4);
    const double window = std::max(rate_.bps() * rtt / kTcpPacketBits, 2.0);
    const double recovery = std::min(std::cbrt((1 - kCompeteCut) * window / kCubicC),
                                     (1 - kCompeteCut) * window * rtt / kRenoSlope);
    const double part = to_seconds(lasted_) / std::max(recovery, 1e-3);
    set(rate_.bps() * (1 + (1 / kCompeteCut - 1) * std::min(part, 0.5)));
}

void RateControl::Tally::add(const Tally& more) {
    sent += more.sent;
    lost += more.lost;
    squares += more.squares;
    reports += more.reports;
}

double RateControl::Tally::dispersion() const {
    if (reports < 2 || lost <= 0) return 1;
    const double p = loss();
    const double variance = squares - 2 * p * lost + p * p * sent;
    return std::clamp(variance / (p * (1 - std::min(p, 0.99)) * reports), 1.0, kMostDispersion);
}

// Enough packets to judge a receiver by: a great loss shows early, a small one takes many.
bool RateControl::Receiver::sure(double packets) const {
    if (seen.sent >= packets || (host_drops > 0 && seen.sent >= kMinPackets)) return true;
    const double beyond = seen.lost - base * seen.sent;
    return seen.sent >= kMinPackets && (beyond > kGreatLoss * seen.sent || beyond > kSureLosses);
}

RateControl::Verdict RateControl::judge(Duration allowed) {
    Verdict verdict;
    for (auto& [node, r] : receivers_) judge_one(NodeId{node}, r, allowed, verdict);
    end_trials();
    return verdict;
}

void RateControl::judge_one(NodeId node, Receiver& r, Duration allowed, Verdict& verdict) {
    const auto blame = [&](double keep) {
        verdict.congested = true;
        if (keep <= verdict.keep) verdict.worst = node;
        verdict.keep = std::min(verdict.keep, keep);
    };
    // One that drains already is given the time for it.
    if (r.backlog > 0.75 && r.backlog > r.backlog_before - 0.01) blame(0.8);
    if (r.backlog > 0.5) verdict.hold = true;
    bool queued = false;
    bool late = false;
    if (r.rtt_min_now != Duration::max()) {
        const Duration queue =
            std::max(r.rtt_min_now - r.rtt_min - allowed, Duration::zero());
        queued = queue > std::max(kDelayHold, r.rtt_min / 16);
        const Duration last = r.rtt_last - r.rtt_min - allowed;
        late = last > std::max(kDelayHold, r.rtt_min / 16);
        verdict.filling = verdict.filling || last > std::max(kDelayHold, r.rtt_min / 64);
        verdict.rtt = std::max(verdict.rtt, r.rtt_min_now);
        verdict.queued = verdict.queued || queued;
        verdict.queue = std::max(verdict.queue, queue);
        if (queue > std::max(kDelayCut, r.rtt_min / 8)) {
            verdict.long_queue = true;
            if (!verdict.worst) verdict.worst = node;
        }
    }
    const bool before = std::exchange(verdict.congested, false);
    if (r.seen.sent >= kMinPackets) {
        judge_loss(node, r, queued, late, verdict);
        if (r.backlog <= 0.5)
            r.taken_bps = std::max(0.98 * r.taken_bps, rate_.bps() * (1 - r.seen.loss()));
    }
    verdict.congested = verdict.congested || before;
}

// Loss that came with a higher rate, or so much of it that the queue seen last must be its cause.
bool RateControl::follows_rate(const Receiver& r, bool late) const {
    if (late && r.seen.loss() - r.base > kGreatLoss) return true;
    return r.clean_bps > 0 && rate_.bps() > 1.03 * r.clean_bps;
}

void RateControl::judge_loss(NodeId node, Receiver& r, bool queued, bool late, Verdict& verdict) {
    const double n = r.seen.sent;
    const double loss = r.seen.loss();
    // One drop of the socket is a whole batch, so their number says little; that there were some
    // says that the loss beyond the base is the host's.
    const bool host = r.host_drops > 0 && loss - r.base > 0.002;
    // The more receivers, the farther the unluckiest is from its mean.
    const double unlucky = 1.5 + std::sqrt(2 * std::log(2.0 + static_cast<double>(receivers_.size())));
    const double chance =
        std::min(kMostChance, unlucky * std::sqrt(std::max(r.base, 0.001) * r.dispersion / n));
    // As much as a TCP flow of our rate would bear: else a slow one would never get up again.
    const double window = rate_.bps() * to_seconds(r.rtt_min_now) / kTcpPacketBits;
    const double tolerance =
        queued ? std::clamp(1.5 / (window * window), kToleranceQueued, 0.1) : kTolerance;
    const bool lossy = host || loss - r.base > std::max({tolerance, 0.2 * r.base, chance});
    if (fixed_ && !host) r.base += (loss - r.base) / 8;
    if (r.trial.before_bps > 0 && !queued && !host) {
        // It has been cut for this loss already; more of it says nothing as long as there is no
        // queue that could be its cause.
        verdict.hold = true;
        const bool more = late && loss > 1.25 * r.trial.all.loss() + chance;
        if (!(lossy && (more || !low_enough(r)))) return learn(r);
        if (more) r.trial = {};
    }
    if (!lossy) {
        r.clean_bps = rate_.bps();
        // Upwards only without a queue: what that loses is not unrelated.
        const double weight =
            loss < r.base - chance ? std::min(0.5, n / 2000) : std::min(1.0 / 16, n / 16'000);
        if (!queued || loss < r.base) r.base += (loss - r.base) * weight;
        return;
    }
    if (r.trial.before_bps > 0) {
        learn(r);
    } else if (!queued && !host && !fixed_ && !follows_rate(r, late)) {
        r.trial = {.before_bps = std::min(rate_.bps(), kAboveLink * sent_bps_), .all = {}, .lower = {}};
        if (tried_bps_ <= 0) {
            tried_bps_ = r.trial.before_bps;
            tried_ceiling_bps_ = ceiling_bps_;
        }
        learn(r);
    }
    verdict.congested = true;
    const double keep = (1 - loss) / (1 - r.base);
    if (keep <= verdict.keep) verdict.worst = node;
    verdict.keep = std::min(verdict.keep, keep);
}

// What is lost because of the rate is gone, or much less, at what came through of it, and a bit.
bool RateControl::low_enough(const Receiver& r) const {
    return rate_.bps() < 0.985 * std::pow(1 - r.trial.all.loss(), 1.5) * r.trial.before_bps;
}

// An epoch of a trial. Over when enough came at clearly lower rates; if still as much was lost, it
// has nothing to do with the rate: then it is the base from now on.
void RateControl::learn(Receiver& r) {
    Trial& t = r.trial;
    const bool low = low_enough(r);
    t.all.add(r.seen);
    if (!low) return;
    t.lower.add(r.seen);
    const double p = std::max(t.all.loss(), 1e-3);
    if (t.lower.sent < std::min(kTrialLosses * t.all.dispersion() / p, kTrialPackets)) return;
    if (t.lower.loss() - r.base > kTolerance / 8 && t.lower.loss() > 0.3 * p) {
        r.dispersion = t.all.dispersion();
        r.base = std::min(p, kMaxBase);
    } else {
        related_ = true;
    }
    t = {};
}

// When all are over and none of the losses went with the rate, the cuts are taken back.
void RateControl::end_trials() {
    if (tried_bps_ <= 0) return;
    for (const auto& [node, r] : receivers_)
        if (r.trial.before_bps > 0) return;
    if (!related_) {
        ceiling_bps_ = tried_ceiling_bps_;  // nothing was congested after all
        set(std::max(rate_.bps(), tried_bps_));
    }
    tried_bps_ = 0;
    related_ = false;
}

std::optional<double> RateControl::greatest_base() const {
    if (fixed_ || receivers_.empty()) return std::nullopt;
    double base = 0;
    for (const auto& [node, r] : receivers_) base = std::max(base, r.base);
    return base;
}

std::optional<NodeId> RateControl::outpaced() const {
    if (!limited_by_ || receivers_.size() < 2) return std::nullopt;
    const auto slow = receivers_.find(raw(*limited_by_));
    if (slow == receivers_.end()) return std::nullopt;
    double others = std::numeric_limits<double>::max();
    for (const auto& [node, r] : receivers_)
        if (node != slow->first) others = std::min(others, r.taken_bps);
    return rate_.bps() < others / 2 ? limited_by_ : std::nullopt;
}

void RateControl::grow() {
    const double bps = rate_.bps();
    if (ceiling_bps_ <= 0)
        set(2 * bps);
    else if (bps < 0.9 * ceiling_bps_)
        set(std::min(1.25 * bps, 0.95 * ceiling_bps_));
    else if (bps < 1.01 * ceiling_bps_)
        set(1.01 * bps);
    else
        set((1 + (beyond_ = std::min(1.5 * beyond_, 0.5))) * bps);
}

void RateControl::set(double bps) {
    if (!fixed_) rate_ = DataRate::bits_per_second(std::clamp(bps, kMin.bps(), kMax.bps()));
}

}  // namespace mcast::protocol
