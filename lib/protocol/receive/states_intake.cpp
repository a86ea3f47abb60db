// SPDX-License-Identifier: MIT
#include "protocol/receive/states_intake.hpp"

#include <algorithm>
#include <string>

namespace mcast::protocol {
namespace {

using Stage = ReceiverStage;
using State = wire::ReceiverState;
using Why = ReceiverError::Why;

// Why the sender waits for this receiver no more, as the receiver sees it.
ReceiverError given_up(ErrorCode reason) {
    if (reason == ErrorCode::joined_late) return {.code = reason, .why = Why::joined_late};
    const bool in_time = reason == ErrorCode::receiver_lost || reason == ErrorCode::timed_out;
    return {.code = in_time ? ErrorCode::timed_out : ErrorCode::detached,
            .why = Why::given_up,
            .reason = reason};
}

ReceiverError sender_ended(const wire::End& end) {
    const auto reason = static_cast<ErrorCode>(end.error);
    if (end.error == 0) return {.code = ErrorCode::detached, .why = Why::left_out};
    const bool cancelled = reason == ErrorCode::cancelled;
    return {.code = cancelled ? ErrorCode::cancelled : ErrorCode::sender_failed,
            .why = cancelled ? Why::sender_cancelled : Why::sender_failed,
            .message = std::string(end.message),
            .reason = reason};
}

}  // namespace

// The sender never lists this receiver as done or failed before it said so, unless it gave it up.
void StatesIntake::on_states(Time now, const wire::ReceiverStates& states) {
    const wire::ReceiverEntry self{parts_.config.node, parts_.config.challenge};
    if (states.state < State::joined || states.state > State::reporter) return;
    if (std::ranges::find(states.entries, self) == states.entries.end()) return;
    if (states.state == State::refused) return on_refused(now, states);
    on_counted(now, states.state);
    if (states.state != State::joined && states.state < State::refused) on_final(states);
}

void StatesIntake::on_counted(Time now, State state) {
    parts_.joining.confirm();
    parts_.reports.on_state(now, state == State::reporter);
    if (parts_.timers.running(ReceiverTimer::join)) {
        parts_.timers.stop(ReceiverTimer::join);
        parts_.joining.restart();
        parts_.tell({ReceiverEvent::Kind::joined});
    }
    if (parts_.stage == Stage::receiving) plan_report(now);
    // While the sender is idle nobody else is served.
    const bool behind = state == State::behind;
    const bool ended = parts_.deferral.on_state(now, behind && !parts_.sender_idle);
    if (parts_.deferral.active()) parts_.liveness.on_progress(now);
    if (ended && !behind && parts_.stage == Stage::receiving && requests_.lacks_passed())
        requests_.want_nack(now);
}

void StatesIntake::plan_report(Time now) {
    constexpr auto kReport = ReceiverTimer::report;
    const auto planned =
        parts_.timers.running(kReport) ? std::optional(parts_.timers.at(kReport)) : std::nullopt;
    if (const auto at = parts_.reports.plan(now, planned, parts_.sender, parts_.rng))
        parts_.timers.set(kReport, *at);
}

void StatesIntake::on_final(const wire::ReceiverStates& states) {
    const auto why = static_cast<ErrorCode>(states.error);
    if (parts_.stage == Stage::telling) {
        if (states.state == State::done) return ending_.confirm(states.root);
        return ending_.end(parts_.farewell.counted_failed(why));
    }
    if (parts_.stage == Stage::finishing)  // verified: the sender will hear of it
        return parts_.farewell.on_sender_ended();
    if (states.state == State::done) return;  // of something that we never said
    if (states.state == State::detached)
        ending_.end(ReceiverError{.code = ErrorCode::detached, .why = Why::detached});
    else if (why == ErrorCode::timed_out && parts_.object.any_bad())
        ending_.end(ending_.standstill());
    else
        ending_.end(given_up(why));
}

// A receiver that is in the transfer already hears an answer to something older.
void StatesIntake::on_refused(Time now, const wire::ReceiverStates& states) {
    if (parts_.stage == Stage::telling) return ending_.end(parts_.farewell.error());
    if (parts_.joining.confirmed() || parts_.stage == Stage::finishing) return;
    if (static_cast<ErrorCode>(states.error) != ErrorCode::node_taken)
        return ending_.end(ReceiverError{.code = ErrorCode::refused, .why = Why::refused});
    if (!parts_.config.fixed_node) return draw_node(now);
    ending_.end(ReceiverError{
        .code = ErrorCode::node_taken, .why = Why::node_taken, .node = parts_.config.node});
}

// Another receiver has the id that was drawn.
void StatesIntake::draw_node(Time now) {
    NodeId& node = parts_.config.node;
    do node = NodeId{static_cast<std::uint32_t>(parts_.rng.next())};
    while (node == NodeId::none || node == NodeId::any);
    parts_.joining.restart();
    const Duration delay =
        parts_.joining.first_delay(parts_.offer.started, parts_.sender, parts_.rng);
    parts_.timers.set(ReceiverTimer::join, now + delay);
}

void StatesIntake::on_end(const wire::End& end) {
    // Anybody can say that to a receiver that the sender has not confirmed.
    if (parts_.farewell.declined() && !parts_.joining.confirmed()) return;
    if (parts_.unproven()) return;  // perhaps of an earlier transfer
    // The sender waited for this receiver, or no longer listens.
    if (parts_.stage == Stage::telling)
        return end.root.empty() ? ending_.end(parts_.farewell.error()) : ending_.confirm(end.root);
    if (parts_.stage == Stage::finishing)  // verified, with or without it
        return parts_.farewell.on_sender_ended(end.root);
    ending_.end(sender_ended(end));
}

}  // namespace mcast::protocol
