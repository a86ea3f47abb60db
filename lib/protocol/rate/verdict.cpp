// SPDX-License-Identifier: MIT
#include "protocol/rate/verdict.hpp"

#include <algorithm>

namespace mcast::rate {
namespace {

// Filled parts of a write backlog: from the first on the rate no longer grows, from the second on
// it falls, unless the backlog drains already.
constexpr double kBacklogHold = 0.5;
constexpr double kBacklogCut = 0.75;
constexpr double kDrains = 0.01;       // less than before
constexpr double kBacklogTakes = 0.8;  // part of the rate that is left for such a disk
constexpr double kHeldBack = 0.98;     // part of the rate: a backlog that keeps it from growing

using Trouble = PaceWatch::Trouble;

// Judges one receiver, and adds that to the verdict on all.
class ReceiverJudge {
  public:
    ReceiverJudge(const EpochReport::Receiver& report, Receiver& receiver, Verdict& verdict)
        : id_(report.id), heard_(report.heard), receiver_(receiver), verdict_(verdict) {}

    void judge(Duration link_queue, const LossContext& at, LossTests& tests) {
        judge_backlog();
        const QueueState queue = receiver_.path.queue(heard_, link_queue);
        judge_queue(queue);
        if (heard_.seen.sent >= kMinPackets) add(receiver_.loss.judge(heard_, queue, at, tests));
        report(queue);
    }

  private:
    void judge_backlog() {
        if (heard_.backlog > kBacklogCut && heard_.backlog > heard_.backlog_before - kDrains) {
            blame(kBacklogTakes);
            taken_ = kBacklogTakes;
            cause_ = Cause::disk;
        }
        if (heard_.backlog > kBacklogHold) {
            verdict_.hold = true;
            taken_ = std::min(taken_, kHeldBack);
            cause_ = Cause::disk;
        }
    }

    void judge_queue(const QueueState& queue) {
        verdict_.rtt = std::max(verdict_.rtt, queue.rtt);
        verdict_.queue = std::max(verdict_.queue, queue.delay);
        verdict_.starting = verdict_.starting || queue.starting;
        verdict_.queued = verdict_.queued || queue.standing;
        verdict_.long_queue = verdict_.long_queue || queue.is_long;
        if (queue.is_long && !verdict_.worst) verdict_.worst = id_;
    }

    void add(const LossVerdict& loss) {
        verdict_.hold = verdict_.hold || loss.hold;
        if (!loss.congested) return;
        if (loss.low_bps) verdict_.low_bps = std::min(verdict_.low_bps, *loss.low_bps);
        blame(loss.delivered_fraction);
        if (loss.delivered_fraction >= taken_) return;
        taken_ = loss.delivered_fraction;
        cause_ = loss.cause;
    }

    void blame(double delivered) {
        verdict_.congested = true;
        if (delivered <= verdict_.delivered_fraction) verdict_.worst = id_;
        verdict_.delivered_fraction = std::min(verdict_.delivered_fraction, delivered);
    }

    void report(const QueueState& queue) {
        const Tally& seen = heard_.seen;
        const bool heard = seen.sent >= kMinPackets || queue.rtt > Duration::zero();
        if (!heard && taken_ >= 1) return;
        const double beyond =
            seen.sent > 0 ? std::max(seen.loss() - receiver_.loss.baseline(), 0.0) : 0;
        verdict_.troubles.push_back({.id = id_,
                                     .lost = std::max(1 - taken_, beyond),
                                     .queue = queue.standing ? queue.delay : Duration{},
                                     .blamed = taken_ < 1,
                                     .cause = cause_});
    }

    MemberId id_;
    const ReceiverEpoch& heard_;
    Receiver& receiver_;
    Verdict& verdict_;
    double taken_ = 1;  // part of the rate that it took
    Cause cause_ = Cause::link;
};

}  // namespace

Verdict judge(const EpochReport& report, const LossContext& at, Receivers& receivers,
              LossTests& tests) {
    Verdict verdict;
    for (const EpochReport::Receiver& entry : report.receivers)
        ReceiverJudge(entry, receivers.expected(entry.id), verdict)
            .judge(report.link_queue, at, tests);
    if (!receivers.testing_loss()) verdict.restore = tests.finish();
    return verdict;
}

}  // namespace mcast::rate
