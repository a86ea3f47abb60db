// SPDX-License-Identifier: MIT
#include "protocol/rate/queue_response.hpp"

#include <algorithm>

namespace mcast::rate {
namespace {

using std::chrono::milliseconds;

constexpr Duration kDrainTime = milliseconds(250);  // a queue of our own is drained by then
constexpr double kDrainStep = 0.93;                 // part of the rate that is left
constexpr double kDrainLeast = 0.6;                 // part of the rate when the queue began
constexpr Duration kLook = milliseconds(20);        // as often as queues are probed

}  // namespace

void QueueResponse::on_cut(double bps) {
    before_bps_ = std::min(before_bps_, bps);
}

QueueResponse::Step QueueResponse::on_epoch(Time now, const Verdict& verdict, Duration round) {
    const Duration patience = kDrainTime + 4 * round + 2 * verdict.queue;
    if (!draining_since_) {
        if (!verdict.long_queue && now - *since_ < patience) {
            if (grown(verdict) <= Duration::zero() || now < step_due_) return Step::wait;
            await_step(now, round, verdict.queue);
            return Step::trim;
        }
        draining_since_ = now;
    }
    if (now - *draining_since_ > patience) return Step::foreign;
    if (now < step_due_) return Step::wait;
    await_step(now, round, verdict.queue);
    return Step::drain;
}

double QueueResponse::drained(double bps) const {
    return std::max(kDrainStep * bps, kDrainLeast * before_bps_);
}

void QueueResponse::look(Time now, const Verdict& verdict) {
    if (now - looked_ < kLook) return;
    earlier_ = verdict.queue;
    looked_ = now;
}

}  // namespace mcast::rate
