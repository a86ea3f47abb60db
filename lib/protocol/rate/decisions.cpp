// SPDX-License-Identifier: MIT
// Whose a queue is: our own, which is drained, or another flow's, beside which we take what TCP
// would.
#include <algorithm>

#include "protocol/rate/controller.hpp"

namespace mcast::rate {
namespace {

using std::chrono::milliseconds;

// A queue of our own is drained by then.
constexpr Duration kDrainTime = milliseconds(250);
constexpr Duration kDelayLook = milliseconds(1);  // here the rate no longer grows past its ceiling
constexpr Duration kLookFor = std::chrono::seconds(1);
// Round trips beyond this are long beside an epoch: when a queue is seen the rate has risen again.
constexpr Duration kSeenLate = milliseconds(5);
constexpr double kDrains = 0.98;
constexpr double kMostExcess = 0.1;
constexpr double kDoubled = 0.5;
constexpr double kDrainStep = 0.93;
constexpr double kDrainLeast = 0.6;
// Beside somebody else.
constexpr Duration kCompeteFor = std::chrono::seconds(1);
constexpr double kShare = 0.5;
constexpr double kAlone = 0.95;
constexpr Duration kCompeteMost = std::chrono::seconds(10);
constexpr Duration kSlowRecovery = kCompeteMost / 2;
constexpr Duration kLeastRtt = std::chrono::microseconds(100);

}  // namespace

// A queue that begins is waited for, not run into. One that stays is not ours, or no queue at all.
bool RateController::waits(Time now, const Verdict& verdict) {
    if (ceiling_bps_ <= 0) return verdict.filling;
    if (verdict.queue <= kDelayLook || rate_.bps() <= ceiling_bps_) {
        waiting_since_.reset();
        return false;
    }
    if (!waiting_since_) waiting_since_ = now;
    return now - *waiting_since_ < kLookFor;
}

// Whether CUBIC takes long to come back from a loss at that rate.
bool RateController::slow_for_tcp(double bps, const Verdict& verdict) {
    const Duration way = std::max<Duration>(verdict.rtt - verdict.queue, kLeastRtt);
    Cubic theirs(bps * to_seconds(way) / kTcpPacketBits);
    theirs.reduce(1);
    return from_seconds(theirs.recovery_seconds(way)) >= kSlowRecovery;
}

// The queue that ends the way up may be a beginning TCP connection's as well as ours: what we put
// into it has left it before that loses more. If more is lost although we send half, it is not
// ours.
void RateController::make_room(Time now, double keep) {
    const double before = rate_.bps();
    ceiling_bps_ = std::min(1 - kDoubled / 2, keep) * before;
    ceiling_queued_ = made_room_ = true;
    beyond_ = kFirstBeyond;
    set(kDrains * std::min(1 - kDoubled, keep) * before);
    queued_since_ = now;
    drain_before_bps_ = rate_.bps();
}

// A queue begins at this rate. As much as it grew, we sent too much: on a long way, when it was
// seen we had already gone faster, and half of that is the better guess.
void RateController::meet_ceiling(Time now, Duration grown, const Verdict& verdict) {
    const double before = rate_.bps();
    const double excess = to_seconds(grown) / to_seconds(now - queue_looked_);
    const double over = std::clamp(excess, 0.0, ceiling_bps_ > 0 ? kMostExcess : kDoubled);
    const double middle = before * (1 - over / 2);
    ceiling_bps_ = verdict.rtt - verdict.queue > kSeenLate ? middle : before * (1 - over);
    set(kDrains * before * (1 - over));
    on_ceiling(now, middle, verdict);
}

// A queue is kept short by sending a little less, and drained by sending much less when it is long,
// or stays. If that does not help either, we are not its cause.
bool RateController::drain(Time now, const Verdict& verdict) {
    if (!verdict.queued) {
        made_room_ = false;
        queued_since_.reset();
        draining_since_.reset();
        return false;
    }
    const Duration grown = verdict.queue - queue_before_;
    if (!queued_since_) {
        queued_since_ = now;
        drain_before_bps_ = rate_.bps();
        beyond_ = kFirstBeyond;
        ceiling_queued_ = true;
        if (rose())
            make_room(now, verdict.keep);
        else if (ceiling_bps_ <= 0 || rate_.bps() > kDrains * ceiling_bps_)
            meet_ceiling(now, grown, verdict);
        if (competing_until_) return true;
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
        begin_competing(now, verdict.rtt);
        return true;
    }
    if (now < drain_step_due_) return true;
    // What the last step did is seen only when the packets after it have passed the queue.
    drain_step_due_ = now + round_ + verdict.queue;
    set(std::max(kDrainStep * rate_.bps(), kDrainLeast * drain_before_bps_));
    return true;
}

// Short queues of a long way go whenever we send less, whoever fills them. Where TCP comes back
// from a loss in seconds and we at once, it would never get up: so the ceilings have to tell.
void RateController::on_ceiling(Time now, double bps, const Verdict& verdict) {
    ceilings_.add(bps);
    if (!ceilings_.sank() || !slow_for_tcp(bps, verdict)) return;
    begin_competing(now, verdict.rtt);
    competing_until_ = now + kCompeteMost;
    alone_bps_ = kAlone * ceilings_.usual();
    ceilings_.clear();
}

// Somebody else fills the queue: the rate is what a TCP connection with CUBIC would come to in our
// place. It may have had as little as we left it: half is where two of its kind would meet.
void RateController::begin_competing(Time now, Duration rtt) {
    competing_until_ = now + kCompeteFor;
    alone_bps_ = 0;
    made_room_ = false;
    if (ceiling_bps_ > 0) set(std::min(rate_.bps(), kShare * ceiling_bps_));
    queued_since_.reset();
    draining_since_.reset();
    shared_rtt_ = std::max<Duration>(rtt, kLeastRtt);
    window_ = Cubic(rate_.bps() * to_seconds(shared_rtt_) / kTcpPacketBits);
    for (auto& [node, r] : receivers_) r.trial = {};
    tried_bps_ = 0;
    related_ = false;
}

void RateController::compete(Time now, const Verdict& verdict) {
    // Slowly, or the rate and the queue chase each other: TCP answers to each packet, we to epochs.
    if (verdict.rtt > Duration::zero()) shared_rtt_ += (verdict.rtt - shared_rtt_) / 8;
    const Duration rtt = std::max<Duration>(shared_rtt_, kLeastRtt);
    if (verdict.queued || verdict.congested) {
        const Duration recovery = from_seconds(2 * window_.recovery_seconds(rtt));
        competing_until_ = std::max(
            *competing_until_, now + std::clamp<Duration>(recovery, kCompeteFor, kCompeteMost));
    }
    if (verdict.congested) {
        if (now < spared_until_) return;  // of the same congestion
        spared_until_ = now + 2 * rtt;
        window_.reduce(verdict.keep);
        ceiling_bps_ = rate_.bps();
        // The ceiling is back where it was: nobody else is there any more.
        if (alone_bps_ > 0 && rate_.bps() * (1 + verdict.keep) / 2 > alone_bps_)
            return competing_until_.reset();
    } else if (!idle_ && sent_bps_ > 0.5 * rate_.bps()) {
        window_.grow(lasted_, rtt);
    }
    set(window_.packets() * kTcpPacketBits / to_seconds(rtt));
}

}  // namespace mcast::rate
