// SPDX-License-Identifier: MIT
#include "protocol/send/sender_clock.hpp"

#include <algorithm>
#include <utility>

#include "protocol/send/group_errors.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;
using Timer = SenderTimer;
using Why = SessionError::Why;

constexpr Duration kOfferAgain = milliseconds(5);  // receivers that missed the begin report late
constexpr Duration kCheck = milliseconds(50);
constexpr Duration kGrttPeriod = milliseconds(100);
constexpr int kTellings = 3;
constexpr int kTellingsOfTrouble = 10;
constexpr double kLittleLoss = 0.001;

}  // namespace

SenderClock::SenderClock(SenderParts& parts, Time now) : parts_(parts) {
    parts_.timers.set(Timer::offer, now + parts_.timing.offer_interval());
    parts_.timers.set(Timer::probe, now);
    parts_.timers.set(Timer::check, now + kCheck);
    if (const auto& after = parts_.config.start_after)
        parts_.timers.set(Timer::start_after, now + *after);
}

void SenderClock::on_time(Time now) {
    if (parts_.presence.wake(now, parts_.timers.next()) > Duration::zero())
        parts_.timers.catch_up(now);
}

void SenderClock::handle_timeout(Time now) {
    on_time(now);
    auto& timers = parts_.timers;
    auto& due = parts_.due;
    if (timers.take(Timer::offer, now)) {
        due.set(Due::offer, !parts_.stage.ending());
        // A plain receiver takes a stream from its first block on only if it knows it before.
        if (parts_.config.plain && parts_.config.object.stream && parts_.stage.gathering())
            due.set(Due::info);
        timers.set(Timer::offer, now + parts_.timing.offer_interval());
    }
    if (timers.take(Timer::probe, now)) {
        due.set(Due::probe, parts_.stage.started() && !parts_.stage.ending());
        timers.set(Timer::probe, now + parts_.timing.probe_interval());
        judge_grtt(now);
    }
    if (timers.take(Timer::receiver_states, now)) {
        parts_.messages.repeat_states();
        due.set(Due::receiver_states, parts_.messages.states_waiting());
    }
    if (timers.take(Timer::digests, now)) due.set(Due::digests, parts_.messages.digests_waiting());
    if (timers.take(Timer::repair_adv, now) && parts_.stage.sending()) send_repair_adv(now);
    if (timers.take(Timer::flush, now))
        due.set(Due::flush, parts_.object.sent_all() || parts_.hold.paused());
    if (due.has(Due::flush)) timers.set(Timer::flush, now + parts_.timing.flush_interval());
    if (parts_.stage.sending() && parts_.rate.control().deadline() <= now) parts_.decide_rate(now);
    if (timers.take(Timer::start_after, now)) check_gate(now);
    if (timers.take(Timer::check, now)) check(now);
    if (timers.take(Timer::ending, now)) tell_end(now);
}

// The GRTT is judged by the answers of a whole round trip. On a long path they come all the time,
// so a period is enough.
void SenderClock::judge_grtt(Time now) {
    const Duration round = std::min(parts_.grtt.value(), kGrttPeriod);
    if (now - grtt_judged_ < std::max(round, parts_.timing.report_interval())) return;
    parts_.grtt.on_period();
    grtt_judged_ = now;
}

// Pending repairs are advertised as long as they are pending: receivers that see their needs in it
// stay silent.
void SenderClock::send_repair_adv(Time now) {
    if (parts_.object.nothing_asked()) return;
    parts_.due.set(Due::repair_adv);
    parts_.timing.on_repair_adv(now);
    parts_.timers.set(Timer::repair_adv,
                      now + parts_.timing.repair_adv_interval(parts_.object.repairs_idle()));
}

std::optional<ErrorCode> SenderClock::begin(Time now) {
    if (parts_.stage.started()) return ErrorCode::already_started;
    if (!parts_.stage.gathering()) return ErrorCode::too_late;
    if (parts_.group.count(State::in_progress) == 0) return ErrorCode::no_receivers;
    start(now);
    return std::nullopt;
}

void SenderClock::check_gate(Time now) {
    parts_.group.recount();
    const Stage& stage = parts_.stage;
    if (!stage.gathering()) return;
    const auto& after = parts_.config.start_after;
    const bool waited = stage.draining() || (after && stage.waited(now) >= *after);
    if (parts_.group.complete() || (waited && parts_.group.count(State::in_progress) > 0))
        start(now);
}

void SenderClock::start(Time now) {
    parts_.stage.start(now);
    for (const Due due : {Due::info, Due::offer, Due::probe}) parts_.due.set(due);
    const bool far = std::ranges::any_of(parts_.group.all(), [](const Member& p) {
        return p.rtt_min > rate::RateController::kLongPath;
    });
    if (far && !parts_.group.large()) parts_.timers.set(Timer::offer, now + kOfferAgain);
    for (Member& p : parts_.group.all()) {
        p.progress.pause(now);
        if (p.presence == Presence::away)
            parts_.rate.control().set_aside(p.id());
        else if (parts_.config.on_slow.detach && p.in_progress() && !p.plain)
            parts_.watch.attach(p.index, now);
    }
    parts_.decide_rate(now);
    parts_.notices.tell(SenderEvent::Kind::started);
    check_result(now);
}

void SenderClock::check(Time now) {
    parts_.timers.set(Timer::check, now + kCheck);
    parts_.timing.end_round(now);
    parts_.group.end_round();
    check_gate(now);
    if (parts_.stage.gathering()) check_gathering(now);
    if (parts_.stage.ending() || parts_.stage.ended()) return;
    for (Member& member : parts_.group.all())
        if (member.in_progress()) parts_.limits.check(now, member);
    parts_.reporters.choose(now);
    if (parts_.stage.started()) parts_.stragglers.check(now);
    parts_.hold.check();
    check_result(now);
}

void SenderClock::check_gathering(Time now) {
    const Membership& group = parts_.group;
    if (parts_.stage.draining())
        return finish(now, SessionError{.code = ErrorCode::no_receivers, .why = Why::drained});
    const auto& limit = parts_.config.waiting_limit;
    const bool late = limit && parts_.stage.waited(now) >= *limit;
    const bool failed = group.count(State::in_progress) == 0 && group.count(State::failure) > 0;
    if (group.all_declined(now) || (late && failed))
        return finish(now, failures(ErrorCode::all_receivers_failed));
    if (late) finish(now, late_error(group));
}

void SenderClock::end_member(Time now, Member& member, State state,
                             std::optional<MemberError> error) {
    // In a large group the next check looks whether it was the last.
    if (parts_.outcomes.end(member, state, std::move(error)) && !parts_.group.many())
        check_result(now);
}

bool SenderClock::detach(Time now, NodeId node) {
    Member* member = parts_.group.find(node);
    if (parts_.stage.ended() || member == nullptr || !member->in_progress()) return false;
    member->attached = member->counted = false;
    end_member(now, *member, State::failure,
               MemberError{.code = ErrorCode::detached, .why = MemberError::Why::detached});
    return true;
}

void SenderClock::check_result(Time now) {
    const Membership& group = parts_.group;
    if (!parts_.stage.sending() || group.count(State::in_progress) > 0) return;
    const auto good = group.count(State::success);
    const auto bad = group.count(State::failure);
    if (const auto names = group.missing(false); good > 0 && !names.empty())
        return finish(now, missing_error(group, names));
    if (bad == 0 && good > 0) return finish(now, std::nullopt);
    const auto code = good > 0 ? ErrorCode::receivers_failed : ErrorCode::all_receivers_failed;
    finish(now, bad == 0 ? SessionError{.code = code, .why = Why::deserted} : failures(code));
}

SessionError SenderClock::failures(ErrorCode code) const {
    const auto& all = parts_.group.all();
    const auto first = std::ranges::find(all, true, &Member::counted);
    return failed_error(parts_.group, code,
                        first == all.end() ? Duration{} : parts_.timing.patience(*first));
}

void SenderClock::finish(Time now, std::optional<SessionError> error) {
    if (parts_.stage.ending() || parts_.stage.ended()) return;
    double loss = 0;
    for (const Member& p : parts_.group.all()) loss = std::max(loss, p.loss);
    const int tellings = loss > kLittleLoss || error ? kTellingsOfTrouble : kTellings;
    parts_.stage.end(std::move(error), tellings);
    parts_.timers.stop_all();
    for (const Member& p : parts_.group.all()) parts_.notices.confirm(p);
    tell_end(now);
}

void SenderClock::tell_end(Time now) {
    const Stage::Telling telling = parts_.stage.tell_end();
    if (telling != Stage::Telling::over) {
        parts_.due.set(Due::end);
        parts_.due.set(Due::eot, telling == Stage::Telling::last);
        const Duration between =
            std::clamp<Duration>(parts_.grtt.value(), milliseconds(1), milliseconds(50));
        return parts_.timers.set(Timer::ending, now + between);
    }
    parts_.timers.stop_all();
    parts_.notices.tell_end(parts_.stage.error());
}

}  // namespace mcast::protocol
