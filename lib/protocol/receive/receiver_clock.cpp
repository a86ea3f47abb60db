// SPDX-License-Identifier: MIT
#include "protocol/receive/receiver_clock.hpp"

namespace mcast::protocol {
namespace {

using Stage = ReceiverStage;
using Timer = ReceiverTimer;
using Why = ReceiverError::Why;

// The time from an offer to the confirmation of a join, by a sender that does not only play back.
// Joins are repeated twice a second, and after five seconds a firewall is suspected in words.
constexpr Duration kProofLimit = std::chrono::seconds(8);
constexpr Duration kLargeProofLimit = std::chrono::seconds(60);  // joins of thousands are spread

}  // namespace

// Datagrams that came while this process stood still wait in the socket: its sleep is no silence of
// the sender's.
void ReceiverClock::after_gap(Time now) {
    const Duration slept = own_pause(now, parts_.timers.next());
    if (slept == Duration::zero()) return;
    parts_.timers.catch_up(now);
    parts_.liveness.shift(slept);
    parts_.delivery.shift(slept);
    parts_.farewell.shift(slept);
    parts_.accepted += slept;
}

// A receiver that was cut off may have another address since.
void ReceiverClock::after_silence(Time now, Duration silent) {
    parts_.liveness.after_silence(now, silent, parts_.config.progress_limit);
    if (silent > Liveness::kSilent) rejoin(now);
}

void ReceiverClock::rejoin(Time now) {
    if (!parts_.joining.confirmed() || parts_.offer.plain || parts_.sender.large_group() ||
        parts_.stage == Stage::telling)
        return;
    parts_.joining.restart();
    parts_.timers.set(Timer::join, now);
}

void ReceiverClock::handle_timeout(Time now) {
    on_time(now);
    TimerTable<Timer, 7>& timers = parts_.timers;
    if (timers.take(Timer::join, now)) on_join_timer(now);
    if (timers.take(Timer::report, now)) on_report_timer(now);
    if (timers.take(Timer::nack, now)) requests_.on_nack_timer(now);
    if (timers.take(Timer::digests, now)) requests_.on_digest_timer(now);
    if (timers.take(Timer::plain, now)) offers_.handle_timeout(now);
    if (timers.take(Timer::linger, now)) ending_.tell(now);
    if (timers.take(Timer::check, now)) check(now);
}

void ReceiverClock::on_join_timer(Time now) {
    parts_.due.set(ReceiverDue::join);
    parts_.timers.set(Timer::join, now + parts_.joining.next_delay(parts_.sender, parts_.rng));
}

void ReceiverClock::on_report_timer(Time now) {
    const bool wanted = parts_.stage != Stage::telling;
    parts_.due.set(ReceiverDue::report, wanted);
    if (wanted)
        parts_.timers.set(Timer::report, parts_.reports.next(now, parts_.sender, parts_.rng));
}

void ReceiverClock::check(Time now) {
    const Stage stage = parts_.stage;
    parts_.timers.set(Timer::check, now + kReceiverCheck);
    if (stage == Stage::telling || stage == Stage::ended) return;
    parts_.deferral.expire(now);
    const auto limit = parts_.config.waiting_limit;
    if (limit && !parts_.started && now - parts_.liveness.created() >= *limit)
        return ending_.fail(now,
                            {.code = ErrorCode::no_sender,
                             .why = stage == Stage::listening ? Why::no_offer : Why::not_begun});
    if (stage == Stage::receiving || stage == Stage::finishing) check_transfer(now);
}

void ReceiverClock::check_transfer(Time now) {
    const bool receiving = parts_.stage == Stage::receiving;
    const Duration limit = parts_.config.progress_limit;
    const BlockTable& blocks = parts_.object.blocks();
    if (receiving && nobody_answers(now)) return ending_.pass_over("");
    // Once all content and digests are here, only our own disk is waited for.
    const bool needed = !parts_.started || !blocks.all_complete() || parts_.object.lacks_digests();
    if (needed && parts_.liveness.silence(now) > limit)
        return ending_.end(
            ReceiverError{.code = ErrorCode::sender_lost, .why = Why::silent, .silence = limit});
    if (!receiving || !parts_.started || parts_.unproven()) return;
    if (now - parts_.liveness.progressed() > limit && !blocks.all_complete())
        return ending_.fail(now, ending_.standstill());
    requests_.ask_again(now);
}

// Anybody can make an offer; only its sender confirms a join by the challenge, or goes on. What
// goes on without confirming may be a record of an earlier transfer.
bool ReceiverClock::nobody_answers(Time now) const {
    if (parts_.joining.confirmed() || parts_.offer.plain) return false;
    const Duration limit = parts_.sender.large_group() ? kLargeProofLimit : kProofLimit;
    return parts_.liveness.silent(now) || (parts_.unproven() && now - parts_.accepted >= limit);
}

}  // namespace mcast::protocol
