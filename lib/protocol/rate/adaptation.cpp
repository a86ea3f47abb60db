// SPDX-License-Identifier: MIT
#include "protocol/rate/adaptation.hpp"

#include <algorithm>

#include "protocol/rate/probe.hpp"

namespace mcast::rate {
namespace {

using std::chrono::milliseconds;

constexpr double kKnown = 0.9;  // part delivered; below it the link was overrun by far
constexpr double kHalf = 0.5;   // half of the rate leaves room for a TCP connection that begins
// The greatest part of the rate that can have gone into the queue. A greater excess is a jump of
// the round trip time.
constexpr double kMostExcess = 0.1;
constexpr double kMostFirstExcess = 0.5;  // after the rate doubled
// Longer round trips are long compared with an epoch: when a queue is seen, the rate has risen
// again.
constexpr Duration kSeenLate = milliseconds(5);
// After a probe that was too fast, the rate stays so far below that of the link that the queue is
// gone a round trip later.
constexpr double kLeastBelow = 0.01;
constexpr double kMostBelow = 0.04;
// A shorter queue can grow unseen, as round trips vary on a busy machine.
constexpr Duration kUnseen = milliseconds(1);

}  // namespace

void Adaptation::set(double bps) {
    if (!fixed_) rate_ = DataRate::bits_per_second(std::clamp(bps, kMinRate.bps(), kMaxRate.bps()));
}

void Adaptation::set_fixed(std::optional<DataRate> fixed) {
    fixed_ = fixed;
    if (fixed_) rate_ = *fixed_;
}

// The rate does not fall to what was sent if there was only little to send.
double Adaptation::used_bps(const EpochReport& report) const {
    if (report.app_limited) return rate_.bps();
    const double least = report.link_busy ? LocalLink::kLeastTaken : 0.5;
    return std::clamp(report.sending.bps, least * rate_.bps(), rate_.bps());
}

void Adaptation::restart(double bps) {
    congested_.bps = 0;
    growth_.stop_start();
    queue_.stop();
    competition_.stop();
    competition_.forget_history();
    set(bps);
}

void Adaptation::restore(const Checkpoint& before) {
    congested_ = before.congested;
    set(std::max(rate_.bps(), before.bps));
}

bool Adaptation::release(MemberId id) {
    if (congested_by_ != id) return false;
    congested_by_.reset();
    return true;
}

Adaptation::Decision Adaptation::on_epoch(const JudgedEpoch& epoch) {
    const EpochReport& report = epoch.report;
    const Verdict& verdict = epoch.verdict;
    Decision decision;
    competition_.expire(epoch.now);
    if (competition_.active() && report.all_heard) return compete(epoch), decision;
    if (verdict.congested) return cut(epoch, decision), decision;
    // The queueing in our own link is the mean of the epoch. If a flow that shares the link came
    // during the epoch, the queue at its end is longer.
    const bool sudden = report.link_busy && !queue_.stood_before();
    queue_.remember(verdict.queued);
    if (!sudden && drain(epoch, decision)) return decision;
    if (growth_.waits(epoch.now, verdict, rate_.bps(), congested_)) return decision;
    if (report.all_heard && !verdict.hold && report.used(rate_.bps())) grow(epoch, decision);
    if (report.link_busy) set(epoch.link.ask(rate_.bps()));
    return decision;
}

void Adaptation::cut(const JudgedEpoch& epoch, Decision& decision) {
    const Verdict& verdict = epoch.verdict;
    if (verdict.queued && growth_.careful_start() && !congested_.known()) return make_room(epoch);
    if (verdict.queued && queue_.made_room()) return begin_competing(epoch, decision);
    const double before = used_bps(epoch.report);
    congested_ = {before * verdict.delivered_fraction, verdict.queued};
    congested_by_ = verdict.worst;
    growth_.on_congestion();
    set(std::min(congested_.bps * kAfterCut, verdict.low_bps));
    queue_.on_cut(rate_.bps());
    // If the link was overrun by far, or its queue has not drained yet, its rate is not known well.
    if (verdict.queued && !queue_.stood_before() && verdict.delivered_fraction > kKnown)
        on_queue_began(epoch, (before + congested_.bps) / 2, decision);
}

bool Adaptation::drain(const JudgedEpoch& epoch, Decision& decision) {
    const Verdict& verdict = epoch.verdict;
    if (!verdict.queued) {
        queue_.stop();
        return false;
    }
    if (!queue_.on()) {
        meet_queue(epoch, decision);
        if (competition_.active()) return true;
        queue_.await_step(epoch.now, epoch.round, verdict.queue);
    }
    switch (queue_.on_epoch(epoch.now, verdict, epoch.round)) {
        case QueueResponse::Step::wait:
            break;
        case QueueResponse::Step::trim:
            set(QueueResponse::kTrim * rate_.bps());
            break;
        case QueueResponse::Step::drain:
            set(queue_.drained(rate_.bps()));
            break;
        case QueueResponse::Step::foreign:
            begin_competing(epoch, decision);
            break;
    }
    return true;
}

// A queue begins at this rate. Its growth tells how much too fast we sent. On a long path the rate
// had risen further before the queue was seen, so half of the growth is the better guess.
void Adaptation::meet_queue(const JudgedEpoch& epoch, Decision& decision) {
    const double before = rate_.bps();
    queue_.begin(epoch.now, before);
    growth_.on_congestion();
    congested_.queued = true;
    if (growth_.careful_start() && !congested_.known()) return make_room(epoch);
    if (congested_.known() && before <= QueueResponse::kTrim * congested_.bps) return;
    const double most = congested_.known() ? kMostExcess : kMostFirstExcess;
    const double over = std::clamp(queue_.growth(epoch.now, epoch.verdict), 0.0, most);
    const double middle = before * (1 - over / 2);
    congested_.bps = epoch.verdict.path() > kSeenLate ? middle : before * (1 - over);
    set(QueueResponse::kTrim * before * (1 - over));
    on_queue_began(epoch, middle, decision);
}

// The queue that ends a careful start can be ours, or that of a TCP connection that begins. At half
// of the rate our part drains before that connection loses more. If more is lost all the same, the
// queue is not ours.
void Adaptation::make_room(const JudgedEpoch& epoch) {
    const double before = rate_.bps();
    const double delivered = epoch.verdict.delivered_fraction;
    congested_ = {std::min(1 - kHalf / 2, delivered) * before, true};
    growth_.on_congestion();
    set(QueueResponse::kTrim * std::min(1 - kHalf, delivered) * before);
    queue_.begin_with_room(epoch.now, rate_.bps());
}

// Short queues that begin at lower and lower rates, where TCP is slow, are another flow's.
void Adaptation::on_queue_began(const JudgedEpoch& epoch, double bps, Decision& decision) {
    if (!competition_.sinks(bps, epoch.verdict.path())) return;
    begin_competing(epoch, decision);
    competition_.go_on_until_alone(epoch.now);
}

void Adaptation::begin_competing(const JudgedEpoch& epoch, Decision& decision) {
    if (congested_.known()) set(std::min(rate_.bps(), Competition::kShare * congested_.bps));
    queue_.stop();
    competition_.begin(epoch.now, rate_.bps(), epoch.verdict.rtt);
    decision.competes = true;
}

void Adaptation::compete(const JudgedEpoch& epoch) {
    const Competition::Decision decision =
        competition_.on_epoch(epoch.now, epoch.report, epoch.verdict, rate_.bps());
    if (decision.congested) congested_.bps = rate_.bps();
    if (decision.bps) set(*decision.bps);
}

void Adaptation::grow(const JudgedEpoch& epoch, Decision& decision) {
    const double bps = rate_.bps();
    const bool far = epoch.may_probe;
    if (far && Growth::is_high(bps, congested_)) {
        const DataRate before = rate_;
        set(BandwidthProbe::step_up(bps, congested_.known()));
        decision.probe = {before, rate_.bps()};
    } else if (const auto next =
                   growth_.next(epoch.now, epoch.report, epoch.verdict, bps, congested_, far)) {
        set(*next);
    }
}

// A probe that was too fast shows the rate of the link within a few percent: the rate delivered,
// less the growth of the queue. A probe that was not proves its rate, less the queue that could
// grow unseen.
Adaptation::Decision Adaptation::on_probe(const JudgedEpoch& epoch, DataRate before) {
    const EpochReport& report = epoch.report;
    const Verdict& verdict = epoch.verdict;
    Decision decision;
    if (!report.all_heard || report.app_limited || verdict.hold) return set(before.bps()), decision;
    if (report.link_busy) return set(epoch.link.ask(rate_.bps())), decision;
    const double growth = report.queue_growth();
    const double lasted = to_seconds(report.sending.lasted);
    if (!verdict.congested && !epoch.queue_seen) {
        congested_.bps = 0;
        const double unseen = to_seconds(kUnseen) / std::max(lasted, 1e-4);
        set(std::max(report.sending.bps / (1 + std::max(growth, unseen)), before.bps()));
        grow(epoch, decision);
        return decision;
    }
    const double delivered = report.sending.bps * verdict.delivered_fraction;
    congested_.bps = std::max(delivered / (1 + growth), kMinRate.bps());
    const double queue = growth * lasted / to_seconds(epoch.longest_path);
    set((1 - std::clamp(queue, kLeastBelow, kMostBelow)) * congested_.bps);
    return decision;
}

}  // namespace mcast::rate
