// SPDX-License-Identifier: MIT
// A much higher rate on a long way: sent at for a moment, and judged a round trip later.
#include <algorithm>
#include <cmath>
#include <utility>

#include "protocol/rate_control.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

constexpr Duration kLongWay = milliseconds(50);  // shorter ones are judged as soon as it is over
constexpr Duration kSpan = milliseconds(25);     // a queue of some ms shows in it
constexpr int kReports = 4;                      // that tell of it
constexpr double kStep = 4;
constexpr double kStepBeyond = 1.5;  // the ceiling, that was there lately
constexpr double kUnlucky = 3;
constexpr double kMostPuzzling = 0.3;
constexpr double kAfterTry = 0.96;
// A queue is one from here on.
constexpr Duration kQueue = milliseconds(3);
constexpr int kQueuePart = 200;  // of the round trip

}  // namespace

Duration RateControl::longest_way() const {
    Duration longest{};
    for (const auto& [node, r] : receivers_)
        if (r.rtt_min != Duration::max()) longest = std::max(longest, r.rtt_min);
    return longest;
}

// The reports come back long after it is over.
bool RateControl::tryable() const {
    return longest_way() > std::max(kLongWay, 2 * kReports * interval_);
}

void RateControl::start_try() {
    try_ = Try{.before = rate_, .span = std::max(kSpan, kReports * interval_)};
    set((ceiling_bps_ > 0 ? kStepBeyond : kStep) * rate_.bps());
    probe_due_ = true;
}

// Enough has been sent at that rate: on at the one before, until the reports of it are here.
void RateControl::rest(Time now, std::int64_t next) {
    measure(now);
    try_->end = next;
    probe_due_ = true;
}

bool RateControl::tried_heard(const Receiver& r) const {
    return resting() && r.reported > try_->end;  // with the probe that left behind it
}

// Seconds of queue for a second of sending, at the receiver before which it grew most.
double RateControl::queue_growth() const {
    Duration most{};
    for (const auto& [node, r] : receivers_) most = std::max(most, r.rtt_most - r.rtt_first);
    return to_seconds(most) / std::max(to_seconds(lasted_), 1e-3);
}

bool RateControl::queue_seen() const {
    return std::ranges::any_of(receivers_, [](const auto& entry) {
        const Receiver& r = entry.second;
        if (r.rtt_most <= Duration::zero()) return false;
        return r.rtt_most - r.rtt_min > std::max(kQueue, r.rtt_min / kQueuePart);
    });
}

// Before anything is known a try tells whether a loss has to do with the rate, and takes no longer
// than a cut of the rate would.
bool RateControl::puzzles(const Receiver& r) const {
    return !fixed_ && !try_ && ceiling_bps_ <= 0 && r.puzzle.sent <= 0 &&
           r.seen.loss() < kMostPuzzling && tryable() && !queue_seen();
}

// As much was lost as at a much lower rate: it has nothing to do with the rate.
void RateControl::solve(Receiver& r) {
    const Tally before = std::exchange(r.puzzle, {});
    if (before.sent <= 0 || r.seen.sent < kMinPackets) return;
    Tally both = before;
    both.add(r.seen);
    r.dispersion = both.dispersion();
    const double chance =
        std::sqrt(r.dispersion * before.loss() * (1 / before.sent + 1 / r.seen.sent));
    if (r.seen.loss() > 1.25 * before.loss() + kUnlucky * chance) return;
    r.base = std::min(both.loss(), kMaxBase);
    r.followed = both.sent;
}

// What was too much is known to a few parts of a hundred: what came through, less what waits.
void RateControl::conclude(Time now, const Verdict& verdict, bool all_heard) {
    const Try tried = *try_;
    try_.reset();
    if (!all_heard || idle_ || verdict.hold) return set(tried.before.bps());
    if (link_busy_) return set(link_bps());
    if (!verdict.congested && !queue_seen()) {
        ceiling_bps_ = 0;
        return grow(now, verdict);
    }
    ceiling_bps_ = std::max(sent_bps_ * verdict.keep / (1 + queue_growth()), kMin.bps());
    set(kAfterTry * ceiling_bps_);
}

}  // namespace mcast::protocol
