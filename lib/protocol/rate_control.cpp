// SPDX-License-Identifier: MIT
#include "protocol/rate_control.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

constexpr Duration kMinEpoch = milliseconds(7);
constexpr Duration kPatience = milliseconds(250);  // for receivers that are not heard
constexpr std::uint64_t kMinPackets = 30;          // fewer say nothing about loss
constexpr ByteCount kPacketBytes = 1500;           // about
constexpr double kTolerance = 0.02;                // loss beyond the base that is let pass
constexpr double kToleranceQueued = 0.003;         // the same while there is a queue
constexpr double kMaxBase = 0.5;
constexpr std::uint64_t kSurePackets = 400;
constexpr double kGreatLoss = 0.15;  // is seen in fewer
constexpr double kFirstBeyond = 0.015;
constexpr double kAfterCut = 0.96;  // so that the queue drains
constexpr double kTrialPackets = 800;
constexpr double kMostDispersion = 60;
constexpr double kMostChance = 0.25;
// Queueing delay: at the first the rate no longer grows, at the second it falls.
constexpr Duration kDelayHold = milliseconds(3);
constexpr Duration kDelayCut = milliseconds(8);
// A queue of our own is drained by then.
constexpr Duration kDrainTime = milliseconds(250);
constexpr double kShorten = 0.97;
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
    }
    if (sample.first < epoch_first_) return;
    r.expected += sample.expected;
    r.received += sample.received;
}

void RateControl::on_rtt(NodeId node, Duration rtt) {
    Receiver& r = receivers_[raw(node)];
    r.rtt_min = std::min(r.rtt_min, rtt);
}

void RateControl::on_link_limit(DataRate sent) {
    link_ = link_ ? std::min(*link_, sent) : sent;
}

void RateControl::on_sent(Time now, std::int64_t next, ByteCount bytes, Duration round,
                          std::size_t attached) {
    if (!epoch_begin_) begin_epoch(now, next);
    epoch_sent_ += bytes;
    const Duration lasted = now - *epoch_begin_;
    if (lasted < kMinEpoch) return;
    std::size_t heard = 0;
    bool enough = true;
    for (const auto& [node, r] : receivers_) {
        heard += r.expected >= kMinPackets;
        enough = enough && r.sure();
    }
    const bool all_heard = attached > 0 && heard >= attached;  // nobody: nothing is learnt
    const Duration patience = rate_.time_for(2 * kMinPackets * kPacketBytes);  // or none is heard
    if (!(all_heard && enough) && lasted < std::max({kPatience, 4 * round, patience})) return;
    const double sent_bps = 8 * static_cast<double>(epoch_sent_) / to_seconds(lasted);
    const Verdict verdict = judge();
    if (verdict.worst) limited_by_ = verdict.worst;
    lasted_ = lasted;
    round_ = round;
    if (!fixed_) act(now, verdict, sent_bps, all_heard);
    begin_epoch(now, next);
}

void RateControl::begin_epoch(Time now, std::int64_t next) {
    epoch_begin_ = now;
    epoch_first_ = next;
    epoch_sent_ = 0;
    held_ = false;
    for (auto& [node, r] : receivers_) {
        r.expected = r.received = r.host_drops = 0;
        r.backlog_before = r.backlog;
        r.rtt_min_now = Duration::max();
    }
}

void RateControl::act(Time now, const Verdict& verdict, double sent_bps, bool all_heard) {
    const auto link = std::exchange(link_, std::nullopt);
    if (competing_until_ && now >= *competing_until_) competing_until_.reset();
    if (competing_until_ && all_heard) return compete(now, verdict, sent_bps);
    if (verdict.congested) {
        // There may have been little to send, which is no reason to send as little from now on.
        ceiling_bps_ = std::clamp(sent_bps, rate_.bps() / 2, rate_.bps()) * verdict.keep;
        beyond_ = kFirstBeyond;
        set(ceiling_bps_ * kAfterCut);
        return;
    }
    if (link) {
        ceiling_bps_ = link->bps();
        set(std::min(rate_.bps(), link->bps() * 1.02));
        return;
    }
    if (drain(now, verdict)) return;
    // Only when the rate was really used: else nothing was learnt.
    if (all_heard && !verdict.hold && !held_ && sent_bps > 0.5 * rate_.bps()) grow();
}

// A queue is kept short by sending a little less, and drained by sending much less when it is long,
// or stays. If that does not help either, we are not its cause.
bool RateControl::drain(Time now, const Verdict& verdict) {
    if (!verdict.queued) {
        queued_since_.reset();
        draining_since_.reset();
        return false;
    }
    if (!queued_since_) {
        queued_since_ = now;
        drain_before_bps_ = ceiling_bps_ = rate_.bps();
        beyond_ = kFirstBeyond;
        set(kShorten * rate_.bps());
    }
    const Duration patience = kDrainTime + 4 * round_ + 2 * verdict.queue;
    if (!draining_since_) {
        if (!verdict.long_queue && now - *queued_since_ < patience) return true;
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
    if (held_ || sent_bps < 0.5 * rate_.bps()) return;
    // As long as a CUBIC flow of our rate takes to make up for a congestion.
    const double rtt = std::max(to_seconds(verdict.rtt), 1e-4);
    const double window = std::max(rate_.bps() * rtt / kTcpPacketBits, 2.0);
    const double recovery = std::min(std::cbrt((1 - kCompeteCut) * window / kCubicC),
                                     (1 - kCompeteCut) * window * rtt / kRenoSlope);
    const double part = to_seconds(lasted_) / std::max(recovery, 1e-3);
    set(rate_.bps() * (1 + (1 / kCompeteCut - 1) * std::min(part, 0.5)));
}

// Enough packets to judge a receiver by: a great loss shows early, a small one takes many.
bool RateControl::Receiver::sure() const {
    if (expected >= kSurePackets || (host_drops > 0 && expected >= kMinPackets)) return true;
    const auto lost = static_cast<double>(expected) - static_cast<double>(received);
    return expected >= kMinPackets && lost > (base + kGreatLoss) * static_cast<double>(expected);
}

RateControl::Verdict RateControl::judge() {
    Verdict verdict;
    for (auto& [node, r] : receivers_) judge_one(NodeId{node}, r, verdict);
    return verdict;
}

void RateControl::judge_one(NodeId node, Receiver& r, Verdict& verdict) {
    const auto blame = [&](double keep) {
        verdict.congested = true;
        if (keep <= verdict.keep) verdict.worst = node;
        verdict.keep = std::min(verdict.keep, keep);
    };
    // One that drains already is given the time for it.
    if (r.backlog > 0.75 && r.backlog > r.backlog_before - 0.01) blame(0.8);
    if (r.backlog > 0.5) verdict.hold = true;
    bool queued = false;
    if (r.rtt_min_now != Duration::max()) {
        const Duration queue = r.rtt_min_now - r.rtt_min;
        queued = queue > std::max(kDelayHold, r.rtt_min / 16);
        verdict.rtt = std::max(verdict.rtt, r.rtt_min_now);
        verdict.queued = verdict.queued || queued;
        verdict.queue = std::max(verdict.queue, queue);
        if (queue > std::max(kDelayCut, r.rtt_min / 8)) {
            verdict.long_queue = true;
            if (!verdict.worst) verdict.worst = node;
        }
    }
    const bool before = std::exchange(verdict.congested, false);
    if (r.expected >= kMinPackets) judge_loss(node, r, queued, verdict);
    if (r.backlog <= 0.5 && r.expected >= kMinPackets) {
        const double part = static_cast<double>(r.received) / static_cast<double>(r.expected);
        r.taken_bps = std::max(0.98 * r.taken_bps, rate_.bps() * std::min(part, 1.0));
    }
    verdict.congested = verdict.congested || before;
}

void RateControl::judge_loss(NodeId node, Receiver& r, bool queued, Verdict& verdict) {
    const double n = static_cast<double>(r.expected);
    const double lost = r.received >= r.expected ? 0 : static_cast<double>(r.expected - r.received);
    const double loss = lost / n;
    // One drop of the socket is a whole batch, so their number says little; that there were some
    // says that the loss beyond the base is the host's.
    const bool host = r.host_drops > 0 && loss - r.base > 0.002;
    const double chance =
        std::min(kMostChance, 2.5 * std::sqrt(std::max(r.base, 0.001) * r.dispersion / n));
    // As much as a TCP flow of our rate would bear: else a slow one would never get up again.
    const double window = rate_.bps() * to_seconds(r.rtt_min_now) / kTcpPacketBits;
    const double tolerance =
        queued ? std::clamp(1.5 / (window * window), kToleranceQueued, 0.1) : kTolerance;
    const bool lossy = host || loss - r.base > std::max({tolerance, 0.2 * r.base, chance});
    if (fixed_ && !host) r.base += (loss - r.base) / 8;
    if (!queued && !host && r.trial.before_bps > 0 && learn(r, n, lost)) return;
    if (!lossy) {
        // Upwards only without a queue: what that loses is not unrelated.
        if (!queued || loss < r.base) r.base += (loss - r.base) * std::min(1.0 / 16, n / 16'000);
        return;
    }
    if (!queued && !host && r.trial.before_bps <= 0) {
        r.trial = {.before_bps = rate_.bps()};
        (void)learn(r, n, lost);
    }
    verdict.congested = true;
    const double keep = (1 - loss) / (1 - r.base);
    if (keep <= verdict.keep) verdict.worst = node;
    verdict.keep = std::min(verdict.keep, keep);
}

// An epoch of a trial. True when it is over and this loss has proved to have nothing to do with the
// rate: the rate was cut to what came through, and still as much was lost.
bool RateControl::learn(Receiver& r, double n, double lost) {
    Trial& t = r.trial;
    t.all_sent += n;
    t.all_lost += lost;
    t.squares += lost * lost / n;
    t.epochs += 1;
    if (rate_.bps() > 0.985 * t.before_bps) return false;
    t.sent += n;
    t.lost += lost;
    const double needed = kTrialPackets * (lost > 0.3 * n ? 2 : 1);
    if (t.sent < needed) return false;
    const double loss = t.lost / t.sent;
    const bool still =
        loss - r.base > kTolerance / 2 && t.lost > 0.3 * t.all_lost * t.sent / t.all_sent;
    if (still) unrelated(r);
    t = {};
    return still;
}

void RateControl::unrelated(Receiver& r) {
    const Trial& t = r.trial;
    const double p = std::clamp(t.all_lost / t.all_sent, 1e-6, kMaxBase);
    const double variance = t.squares - 2 * p * t.all_lost + p * p * t.all_sent;
    r.dispersion = std::clamp(variance / (p * (1 - p) * t.epochs), 1.0, kMostDispersion);
    r.base = p;
    ceiling_bps_ = 0;  // nothing was congested after all
    set(std::max(rate_.bps(), t.before_bps));
}

std::optional<double> RateControl::greatest_base() const {
    if (fixed_ || receivers_.empty()) return std::nullopt;
    double base = 0;
    for (const auto& [node, r] : receivers_) base = std::max(base, r.base);
    return base;
}

void RateControl::release(NodeId node, DataRate others) {
    forget(node);
    if (limited_by_ == node) limited_by_.reset();
    if (fixed_ || rate_.bps() > kAfterCut * others.bps()) return;
    restart(others * kAfterCut);  // what was cut, or found out, was that one's
}

void RateControl::restart(DataRate rate) {
    if (fixed_) return;
    ceiling_bps_ = 0;
    queued_since_.reset();
    draining_since_.reset();
    competing_until_.reset();
    epoch_begin_.reset();
    set(rate.bps());
}

void RateControl::expect_loss(NodeId node, double loss, DataRate rate) {
    Receiver& r = receivers_[raw(node)];
    r.base = std::clamp(loss, 0.0, kMaxBase);
    r.trial = {};
    restart(std::max(rate, rate_));
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
