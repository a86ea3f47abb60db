// SPDX-License-Identifier: MIT
// What the controller does after an epoch.
#include <algorithm>

#include "protocol/rate/controller.hpp"

namespace mcast::rate {
namespace {

using std::chrono::milliseconds;

constexpr double kAfterCut = 0.96;  // so that the queue drains
constexpr double kKnown = 0.9;      // delivered: the link was not overrun by far
constexpr double kHalf = 0.5;       // of the rate leaves a beginning TCP connection room
// Of the rate went into the queue at most: a greater excess is a jump of the round trip.
constexpr double kMostExcess = 0.1;
constexpr double kMostFirstExcess = 0.5;  // after the rate doubled
// Round trips beyond this are long beside an epoch: when a queue is seen the rate has risen again.
constexpr Duration kSeenLate = milliseconds(5);
// After a probe that was too much: below what the link takes, so that its queue is gone a round
// trip later.
constexpr double kLeastBelow = 0.01;
constexpr double kMostBelow = 0.04;
// A queue that may have grown without being seen: round trips vary, on a busy machine.
constexpr Duration kUnseen = milliseconds(1);

}  // namespace

void RateController::act(Time now, const EpochReport& report, const Verdict& verdict) {
    if (probe_) return finish_probe(now, report, verdict);
    competition_.expire(now);
    if (competition_.active() && report.all_heard) return compete(now, report, verdict);
    if (verdict.congested) return cut(now, report, verdict);
    // Queueing in our own link is reckoned by the mean of the epoch. A flow that shares the link
    // may have come in the midst of it: then it is more.
    const bool sudden = report.link_busy && !queue_.stood_before();
    queue_.remember(verdict.queued);
    if (!sudden && drain(now, verdict)) return;
    if (growth_.waits(now, verdict, rate_.bps(), congested_)) return;
    if (report.all_heard && !verdict.hold && report.used(rate_.bps())) grow(now, report, verdict);
    if (report.link_busy) set(link_.ask(rate_.bps()));
}

void RateController::cut(Time now, const EpochReport& report, const Verdict& verdict) {
    if (verdict.queued && growth_.careful_start() && !congested_.known())
        return make_room(now, verdict);
    if (verdict.queued && queue_.made_room()) return begin_competing(now, verdict);
    const double before = used_bps(report);
    congested_ = {before * verdict.delivered_fraction, verdict.queued};
    congested_by_ = verdict.worst;
    growth_.on_congestion();
    set(std::min(congested_.bps * kAfterCut, verdict.low_bps));
    queue_.on_cut(rate_.bps());
    // One that was overrun by far, or has not drained yet, is not known well.
    if (verdict.queued && !queue_.stood_before() && verdict.delivered_fraction > kKnown)
        on_queue_began(now, (before + congested_.bps) / 2, verdict);
}

bool RateController::drain(Time now, const Verdict& verdict) {
    if (!verdict.queued) {
        queue_.stop();
        return false;
    }
    if (!queue_.on()) {
        meet_queue(now, verdict);
        if (competition_.active()) return true;
        queue_.await_step(now, round_, verdict.queue);
    }
    switch (queue_.on_epoch(now, verdict, round_)) {
        case QueueResponse::Step::wait:
            break;
        case QueueResponse::Step::trim:
            set(QueueResponse::kTrim * rate_.bps());
            break;
        case QueueResponse::Step::drain:
            set(queue_.drained(rate_.bps()));
            break;
        case QueueResponse::Step::foreign:
            begin_competing(now, verdict);
            break;
    }
    return true;
}

// A queue begins at this rate. As much as it grew, we sent too much: on a long path, when it was
// seen we had already gone faster, and half of that is the better guess.
void RateController::meet_queue(Time now, const Verdict& verdict) {
    const double before = rate_.bps();
    queue_.begin(now, before);
    growth_.on_congestion();
    congested_.queued = true;
    if (growth_.careful_start() && !congested_.known()) return make_room(now, verdict);
    if (congested_.known() && before <= QueueResponse::kTrim * congested_.bps) return;
    const double most = congested_.known() ? kMostExcess : kMostFirstExcess;
    const double over = std::clamp(queue_.growth(now, verdict), 0.0, most);
    const double middle = before * (1 - over / 2);
    congested_.bps = verdict.path() > kSeenLate ? middle : before * (1 - over);
    set(QueueResponse::kTrim * before * (1 - over));
    on_queue_began(now, middle, verdict);
}

// The queue that ends a careful start may be a beginning TCP connection's as well as ours: what we
// put into it has left it before that loses more. If more is lost although we send half, it is not
// ours.
void RateController::make_room(Time now, const Verdict& verdict) {
    const double before = rate_.bps();
    congested_ = {std::min(1 - kHalf / 2, verdict.delivered_fraction) * before, true};
    growth_.on_congestion();
    set(QueueResponse::kTrim * std::min(1 - kHalf, verdict.delivered_fraction) * before);
    queue_.begin_with_room(now, rate_.bps());
}

// Where TCP is slow, short queues that begin at lower and lower rates are another flow's.
void RateController::on_queue_began(Time now, double bps, const Verdict& verdict) {
    if (!competition_.sinks(bps, verdict.path())) return;
    begin_competing(now, verdict);
    competition_.go_on_until_alone(now);
}

void RateController::begin_competing(Time now, const Verdict& verdict) {
    if (congested_.known()) set(std::min(rate_.bps(), Competition::kShare * congested_.bps));
    queue_.stop();
    competition_.begin(now, rate_.bps(), verdict.rtt);
    receivers_.end_loss_tests();
    tests_.clear();
}

void RateController::compete(Time now, const EpochReport& report, const Verdict& verdict) {
    const Competition::Decision decision = competition_.on_epoch(now, report, verdict, rate_.bps());
    if (decision.congested) congested_.bps = rate_.bps();
    if (decision.bps) set(*decision.bps);
}

bool RateController::may_probe() const {
    return BandwidthProbe::fits(receivers_.longest_path(), interval_);
}

void RateController::grow(Time now, const EpochReport& report, const Verdict& verdict) {
    const double bps = rate_.bps();
    const bool far = may_probe();
    if (far && Growth::is_high(bps, congested_)) {
        const DataRate before = rate_;
        set(BandwidthProbe::step_up(bps, congested_.known()));
        probe_ = BandwidthProbe(before, rate_.bps(), interval_);
    } else if (const auto next = growth_.next(now, report, verdict, bps, congested_, far)) {
        set(*next);
    }
}

void RateController::start_first_probe() {
    probe_ = BandwidthProbe::first();
    set(probe_->step_bps());
}

void RateController::begin_step(std::int64_t next) {
    probe_->begin_step(next);
    set(probe_->step_bps());
    link_.begin_step();
    probe_due_ = true;
}

void RateController::go_on_probing(Time now, std::int64_t next) {
    switch (probe_->on_sent(now, next, interval_)) {
        case BandwidthProbe::Due::nothing:
            break;
        case BandwidthProbe::Due::count:
            epoch_.begin_step(now);
            break;
        case BandwidthProbe::Due::hold:
            probe_->hold(now, next, link_.busy());
            break;
        case BandwidthProbe::Due::next_step:
            begin_step(next);
            break;
        case BandwidthProbe::Due::sample_queue:
            probe_->on_sampled(next, measure(now));
            probe_due_ = true;
            break;
    }
}

// What was too much is known to a few parts of a hundred: what came through, less what waits. What
// was not is proven as far as a queue would have been seen.
void RateController::finish_probe(Time now, const EpochReport& report, const Verdict& verdict) {
    const BandwidthProbe probe = *probe_;
    probe_.reset();
    if (!report.all_heard && probe.is_first()) return start_first_probe();
    if (!report.all_heard || report.app_limited || verdict.hold) return set(probe.before().bps());
    if (report.link_busy) return set(link_.ask(rate_.bps()));
    const double growth = report.queue_growth();
    const double lasted = to_seconds(report.sending.lasted);
    if (!verdict.congested && !queue_seen(report, receivers_)) {
        congested_.bps = 0;
        const double unseen = to_seconds(kUnseen) / std::max(lasted, 1e-4);
        set(std::max(report.sending.bps / (1 + std::max(growth, unseen)), probe.before().bps()));
        return grow(now, report, verdict);
    }
    const double delivered = report.sending.bps * verdict.delivered_fraction;
    congested_.bps = std::max(delivered / (1 + growth), kMin.bps());
    const double queue = growth * lasted / to_seconds(receivers_.longest_path());
    set((1 - std::clamp(queue, kLeastBelow, kMostBelow)) * congested_.bps);
}

}  // namespace mcast::rate
