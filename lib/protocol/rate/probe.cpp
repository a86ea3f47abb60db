// SPDX-License-Identifier: MIT
// A much higher rate on a long way: sent at for a moment, and judged a round trip later.
#include <algorithm>
#include <cmath>
#include <utility>

#include "protocol/rate/controller.hpp"

namespace mcast::rate {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr Duration kSpan = milliseconds(25);  // a queue of some ms shows in it
constexpr int kReports = 4;                   // that tell of it
constexpr double kStep = 4;
constexpr double kStepBeyond = 1.5;  // the ceiling, that was there lately
constexpr double kUnlucky = 3;
constexpr double kMostPuzzling = 0.3;
// Below what the link takes afterwards, so that what waits is gone a round trip later.
constexpr double kLeastBelow = 0.01;
constexpr double kMostBelow = 0.04;
// A queue is one from here on.
constexpr Duration kQueue = milliseconds(3);
constexpr int kQueuePart = 200;  // of the round trip
// What a queue may have grown without being seen: times vary, on a busy machine.
constexpr Duration kUnseen = milliseconds(1);
// The first tries of a transfer: 2 to 10 MB each, whatever the link takes of them.
constexpr double kModestBps = 70e6;  // less than 100: a queue that the tries made has to go
constexpr std::array<std::pair<double, Duration>, 3> kFirstSteps{
    {{2e9, milliseconds(8)}, {16e9, milliseconds(2)}, {128e9, microseconds(600)}}};
// So that a report tells of one step only, and the link's queue is short again.
constexpr Duration kPause = milliseconds(25);
constexpr int kPauseHalves = 5;  // of a report interval
constexpr double kAboveRest = 1.25;
constexpr double kSureRest = 100;  // packets: some bursts may have hit fewer
constexpr double kGreatLoss = 0.15;
constexpr double kMostlyLost = 0.5;
constexpr Duration kLookAfter = microseconds(500);  // for a queue that is full loses the probe

}  // namespace

Duration RateController::longest_way() const {
    Duration longest{};
    for (const auto& [node, r] : receivers_)
        if (r.rtt_min != Duration::max()) longest = std::max(longest, r.rtt_min);
    return longest;
}

// The reports come back long after it is over.
bool RateController::tryable() const {
    return longest_way() > std::max(kLongPath, 2 * kReports * interval_);
}

// The link may be anything: so much is sent at each rate that a slow one does not lose much, and
// the next one is not waited for until the reports of this are back.
void RateController::start_first_try() {
    try_ = Try{.before = DataRate::bits_per_second(kModestBps), .first = true};
    try_->count = kFirstSteps.size();
    for (std::size_t i = 0; i < try_->count; ++i)
        try_->steps[i] = {.bps = kFirstSteps[i].first, .span = kFirstSteps[i].second};
    set(try_->steps[0].bps);
}

void RateController::start_try() {
    try_ = Try{.before = rate_};
    set((ceiling_bps_ > 0 ? kStepBeyond : kStep) * rate_.bps());
    try_->steps[0] = {.bps = rate_.bps(), .span = std::max(kSpan, kReports * interval_)};
}

void RateController::begin_step(std::int64_t next) {
    Step& step = try_->steps[try_->at];
    step.first = next;
    try_->sending = true;
    set(step.bps);
    link_busy_ = false;
    probe_due_ = true;
}

void RateController::go_on_trying(Time now, std::int64_t next) {
    Step& step = try_->steps[try_->at];
    const Duration rested = now - try_->rested;
    if (try_->sending && step.begun == Time{}) {
        if (next == step.first) return;
        // The time that packets take comes after them.
        step.begun = now;
        epoch_begin_ = now;
        epoch_sent_ = 0;
    } else if (try_->sending) {
        if (now - step.begun >= step.span) rest(now, next);
    } else if (try_->probed == kNotYet) {
        if (rested >= kLookAfter) look(now, next);
    } else if (try_->at + 1 < try_->count &&
               rested >= std::max<Duration>(kPause, interval_ * kPauseHalves / 2)) {
        ++try_->at;
        try_->probed = kNotYet;
        begin_step(next);
    }
}

// Enough has been sent at that rate: on at the one before, until the reports of it are here.
void RateController::rest(Time now, std::int64_t next) {
    try_->steps[try_->at].end = next;
    try_->sending = false;
    try_->rested = now;
    if (link_busy_) try_->count = try_->at + 1;  // our own takes no more
}

// How long the queue is now, and what has been sent until now.
void RateController::look(Time now, std::int64_t next) {
    measure(now);
    Step& step = try_->steps[try_->at];
    step.sent_bps = sent_bps_;
    step.lasted = lasted_;
    try_->probed = next;
    probe_due_ = true;
}

bool RateController::tried_heard(const Receiver& r) const {
    return resting() && try_->at + 1 == try_->count && r.reported > try_->probed;
}

// Who reports seldom may tell of all of it at once, which says nothing of a step.
bool RateController::tried_seen() const {
    const auto told = [](const Tried& t) { return t.seen.sent >= kMinPackets; };
    return std::ranges::all_of(receivers_, [&](const auto& entry) {
        return std::ranges::any_of(entry.second.tried, told);
    });
}

// `before`: the round trip that was known until then.
void RateController::on_tried(Receiver& r, const Sample& sample, Duration before) const {
    const auto end = sample.first + static_cast<std::int64_t>(sample.expected);
    std::size_t at = try_->at;
    while (at > 0 && try_->steps[at].first >= end) --at;
    if (at > 0 && sample.first <= try_->steps[at - 1].first) return;
    const Step& step = try_->steps[at];
    const auto sent = static_cast<double>(sample.expected);
    const double lost = std::max(0.0, sent - static_cast<double>(sample.received));
    const Tally told{.sent = sent, .lost = lost, .squares = lost * lost / sent, .reports = 1};
    Tried& tried = r.tried[at];
    (sample.first >= step.end ? r.rest : tried.seen).add(told);
    if (sample.rtt <= Duration::zero()) return;
    if (tried.rtt_first == Duration::zero()) {
        const Duration earlier = before > Duration::zero() ? before : r.rtt_min;
        tried.rtt_first = end <= step.end ? sample.rtt : earlier;
    }
    tried.rtt_most = std::max(tried.rtt_most, sample.rtt);
}

// The first of the steps that was too fast tells what the link takes; if none was, the last.
void RateController::weigh_steps() {
    if (try_->first)
        for (auto& [node, r] : receivers_) r.puzzle = r.rest;
    bool over = try_->first && weigh_rests();
    std::size_t at = 0;
    for (; at < try_->count && !over; ++at) {
        sent_bps_ = try_->steps[at].sent_bps;
        lasted_ = try_->steps[at].lasted;
        set(try_->steps[at].bps);
        for (auto& [node, r] : receivers_) over = weigh(r, at) || over;
        over = over || queue_seen();
    }
    if (at > 0) take_rest_for_chance();
    for (auto& [node, r] : receivers_) r.puzzle = {};
}

// The rests of the first try may be too much for the link, too: then they tell what it takes.
bool RateController::weigh_rests() {
    const bool too_much = std::ranges::any_of(receivers_, [](const auto& entry) {
        const Tally& rest = entry.second.rest;
        return rest.sent >= kSureRest && rest.loss() > kMostlyLost;
    });
    if (!too_much) return false;
    sent_bps_ = try_->before.bps();
    lasted_ = kPause;
    set(sent_bps_);
    for (auto& [node, r] : receivers_) {
        r.seen = r.rest;
        r.rtt_first = r.rtt_most = Duration::zero();
    }
    return true;
}

// Whether it lost more than at the rates before.
bool RateController::weigh(Receiver& r, std::size_t at) {
    const Step& step = try_->steps[at];
    const Tried& tried = r.tried[at];
    r.seen = tried.seen;
    r.rtt_first = tried.rtt_first;
    r.rtt_most = tried.rtt_most;
    // Its last probe may be among what was lost: its queue is there as the next step begins.
    if (at + 1 < try_->count) r.rtt_most = std::max(r.rtt_most, r.tried[at + 1].rtt_first);
    // Reports tell of some packets before and after it, too.
    const auto packets = static_cast<double>(step.end - step.first);
    if (r.seen.sent > packets) {
        const double usual = r.puzzle.sent > 0 ? r.puzzle.loss() : r.base;
        const double lost = std::max(0.0, r.seen.lost - usual * (r.seen.sent - packets));
        if (r.seen.lost > 0) r.seen.squares *= lost / r.seen.lost;
        r.seen.lost = lost;
        r.seen.sent = packets;
    }
    return r.puzzle.sent > 0 && !solve(r) && r.seen.loss() > r.puzzle.loss() + kGreatLoss;
}

// Seconds of queue for a second of sending, at the receiver before which it grew most.
double RateController::queue_growth() const {
    Duration most{};
    for (const auto& [node, r] : receivers_) most = std::max(most, r.rtt_most - r.rtt_first);
    return to_seconds(most) / std::max(to_seconds(lasted_), 1e-4);
}

bool RateController::queue_seen() const {
    return std::ranges::any_of(receivers_, [](const auto& entry) {
        const Receiver& r = entry.second;
        if (r.rtt_most <= Duration::zero()) return false;
        return r.rtt_most - r.rtt_min > std::max(kQueue, r.rtt_min / kQueuePart);
    });
}

// Before anything is known a try tells whether a loss has to do with the rate, and takes no longer
// than a cut of the rate would.
bool RateController::puzzles(const Receiver& r) const {
    return !fixed_ && !try_ && ceiling_bps_ <= 0 && r.puzzle.sent <= 0 &&
           r.seen.loss() < kMostPuzzling && tryable() && !queue_seen();
}

// As much was lost as at a much lower rate: it has nothing to do with the rate.
bool RateController::solve(Receiver& r) {
    if (r.seen.sent < kMinPackets) return true;
    const Tally before = r.puzzle;
    if (before.loss() > kMostPuzzling) return false;
    const double p = (before.lost + 1) / (before.sent + 1);  // none is no proof
    const double chance = std::sqrt(before.dispersion() * p * (1 / before.sent + 1 / r.seen.sent));
    if (r.seen.loss() > 1.25 * before.loss() + kUnlucky * chance) return false;
    r.puzzle.add(r.seen);
    take_for_chance(r, r.puzzle);
    return true;
}

void RateController::take_for_chance(Receiver& r, const Tally& seen) {
    r.base = std::min(seen.loss(), kMaxBase);
    r.dispersion = seen.dispersion();
    r.followed = seen.sent;
}

// At the first try of all, too much for the link in all its steps, the rests between them tell what
// is lost by chance, unless they were too much as well.
void RateController::take_rest_for_chance() {
    if (!try_->first) return;
    for (auto& [node, r] : receivers_) {
        const double link_bps = sent_bps_ * (1 - r.seen.loss()) / (1 + queue_growth());
        if (r.followed > 0 || r.puzzle.sent < kMinPackets ||
            link_bps < kAboveRest * try_->before.bps())
            continue;
        take_for_chance(r, r.puzzle);
    }
}

// What was too much is known to a few parts of a hundred: what came through, less what waits. What
// was not is proven as far as a queue would have been seen.
void RateController::conclude(Time now, const Verdict& verdict, bool all_heard) {
    const Try tried = *try_;
    try_.reset();
    if (!all_heard && tried.first) return start_first_try();
    if (!all_heard || idle_ || verdict.hold) return set(tried.before.bps());
    if (link_busy_) return set(link_bps());
    const double growth = queue_growth();
    if (!verdict.congested && !queue_seen()) {
        ceiling_bps_ = 0;
        const double unseen = to_seconds(kUnseen) / std::max(to_seconds(lasted_), 1e-4);
        set(std::max(sent_bps_ / (1 + std::max(growth, unseen)), tried.before.bps()));
        return grow(now, verdict);
    }
    ceiling_bps_ = std::max(sent_bps_ * verdict.keep / (1 + growth), kMin.bps());
    const double waits = growth * to_seconds(lasted_) / to_seconds(longest_way());
    set((1 - std::clamp(waits, kLeastBelow, kMostBelow)) * ceiling_bps_);
}

}  // namespace mcast::rate
