// SPDX-License-Identifier: MIT
#include "protocol/rate/growth.hpp"

#include <algorithm>

#include "protocol/rate/competition.hpp"

namespace mcast::rate {
namespace {

using std::chrono::milliseconds;

constexpr Duration kQueueStarts = milliseconds(1);   // a longer queue is waited for
constexpr Duration kWait = std::chrono::seconds(1);  // at most
constexpr Duration kNoQueue = std::chrono::microseconds(300);
constexpr double kNear = 0.9;       // part of the congested rate: from here on a queue is likely
constexpr double kFastUpTo = 0.95;  // part of the congested rate
constexpr double kFast = 1.25;      // times the rate, where there is room
constexpr double kStart = 2;        // as slow start
constexpr int kStepRounds = 2;      // round trips between steps: the queue of one is seen
constexpr double kStep = 0.01;      // part of the rate
constexpr Duration kStepTime = milliseconds(50);  // an epoch on a long path holds several steps
constexpr double kGainRises = 1.5;                // with each step past the congested rate
constexpr double kGainRisesClear = 2.5;
constexpr double kMostGain = 0.5;
// On such a path slow start needs a third of a second, and gets no further than this rate.
constexpr Duration kFarForTcp = milliseconds(20);
constexpr double kSlowStartBps = 2e9;

}  // namespace

bool Growth::waits(Time now, const Verdict& verdict, double bps, const CongestedRate& congested) {
    if (!congested.known()) return verdict.starting;
    if (verdict.queue <= kQueueStarts || bps <= congested.bps) {
        waiting_since_.reset();
        return false;
    }
    if (!waiting_since_) waiting_since_ = now;
    return now - *waiting_since_ < kWait;
}

std::optional<double> Growth::next(Time now, const EpochReport& report, const Verdict& verdict,
                                   double bps, const CongestedRate& congested, bool far) {
    if (!congested.known()) return start(verdict, bps);
    if (bps < kNear * congested.bps) return std::min(kFast * bps, kFastUpTo * congested.bps);
    // If a queue showed the congested rate, the queue of one step is to be seen before the next
    // step.
    const bool careful = congested.queued && !far;
    if (careful && now - stepped_ < kStepRounds * verdict.rtt) return std::nullopt;
    stepped_ = now;
    return step(report, verdict, bps, congested.bps, careful);
}

// An overrun queue ends the slow start of a TCP connection that begins when we do. If that would
// cost it the next ten seconds, we grow carefully, so that it gets as far as we do.
double Growth::start(const Verdict& verdict, double bps) {
    const bool far = verdict.path() >= kFarForTcp;
    careful_start_ = far && bps < kSlowStartBps && is_slow_for_cubic(bps, verdict.path());
    return (careful_start_ ? kFast : kStart) * bps;
}

// If there has been no queue for long, the congested rate is outdated: steps are greater.
double Growth::step(const EpochReport& report, const Verdict& verdict, double bps,
                    double congested_bps, bool careful) {
    const Duration lasted = report.sending.lasted;
    const bool clear = careful && verdict.queue < kNoQueue && lasted >= kStepTime;
    const double most = clear ? 4.0 : careful ? 1.0 : 3.0;
    const double times = to_seconds(lasted) / to_seconds(kStepTime);
    const double steps = std::clamp(clear ? 2 * times : times, 1.0, most);
    if (bps < kBeyond * congested_bps)
        return std::max(kBeyond * bps, std::min((1 + kStep * steps) * bps, 1.011 * congested_bps));
    gain_ = std::min((clear ? kGainRisesClear : kGainRises) * gain_, kMostGain);
    return (1 + gain_) * bps;
}

}  // namespace mcast::rate
