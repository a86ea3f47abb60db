// SPDX-License-Identifier: MIT
#include "protocol/send/reporters.hpp"

#include <algorithm>

#include "protocol/reporting.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kTellAgain = seconds(1);
constexpr Duration kMuteFor = milliseconds(500);  // beyond eight intervals: it did not hear of it
constexpr double kForget = 0.95;                  // of trouble, with each check
constexpr double kBacklogScore = 20;              // of a full backlog
constexpr double kNackScore = 8;                  // requests within about a second
constexpr double kMoreNackScore = 2;              // than any reporter has
constexpr std::size_t kTries = 4 * kReporters;

}  // namespace

Duration Reporters::interval() const {
    const Duration usual = timing_.report_interval();
    return chosen() ? std::min(reporter_interval(rate_.rate()), usual) : usual;
}

void Reporters::choose(Time now) {
    if (!chosen()) return;
    if (group_.reporters() == 0)
        for (const Member& p : group_.all()) rate_.control().forget(p.id());
    const bool tell = now - told_ >= kTellAgain;
    if (tell) told_ = now;
    Member* calmest = nullptr;  // of the reporters
    Member* next = nullptr;     // most troubled of the others
    double most = 0;            // trouble of a reporter
    for (Member& p : group_.all()) {
        if (!p.sets_pace()) continue;
        check(now, p, tell);
        const double score = nack_score(p);
        if (!p.reporter && (next == nullptr || score > nack_score(*next))) next = &p;
        if (!p.reporter) continue;
        most = std::max(most, score);
        if (calmest == nullptr || score < nack_score(*calmest)) calmest = &p;
    }
    if (next == nullptr) return;
    if (group_.reporters() < kReporters) return add(now, *next);
    if (nack_score(*next) < std::max(kNackScore, kMoreNackScore * most)) return;
    set(now, *calmest, false);
    set(now, *next, true);
}

// A reporter that is silent is gone, or has not heard that it is one: it is none any more.
void Reporters::check(Time now, Member& member, bool tell) {
    if (State* state = states_.find(member.index)) state->nack_score *= kForget;
    if (!member.reporter) return;
    const Duration mute = 8 * interval() + kMuteFor;
    if (stage_.started() && now - std::max(member.reported, states_.at(member.index).since) > mute)
        set(now, member, false);
    else if (tell)
        notices_.confirm(member);
}

void Reporters::add(Time now, Member& first) {
    set(now, first, true);
    auto& all = group_.all();
    for (std::size_t n = 0; n < kTries && group_.reporters() < kReporters; ++n) {
        Member& p = all[rng_.below(static_cast<std::uint32_t>(all.size()))];
        if (p.sets_pace() && !p.reporter) set(now, p, true);
    }
}

void Reporters::set(Time now, Member& member, bool reporter) {
    member.reporter = reporter;
    states_.at(member.index) = {.since = now};
    rate_.control().forget(member.id());
    if (reporter && member.rtt_min > Duration::zero())
        rate_.control().on_rtt(member.id(), member.rtt_min);
    notices_.confirm(member);
    group_.recount();
}

void Reporters::on_full_backlog(const Member& member) {
    double& score = states_.at(member.index).nack_score;
    score = std::max(score, kBacklogScore);
}

double Reporters::nack_score(const Member& member) const {
    const State* state = states_.find(member.index);
    return state == nullptr ? 0 : state->nack_score;
}

}  // namespace mcast::protocol
