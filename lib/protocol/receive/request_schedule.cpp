// SPDX-License-Identifier: MIT
#include "protocol/receive/request_schedule.hpp"

#include <algorithm>

#include "protocol/backoff.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

constexpr Duration kLateDigest = milliseconds(1);
constexpr double kDigestRequest = 60;  // bytes, with IP and UDP headers
constexpr double kDigestShare = 0.01;  // of the sender's rate
constexpr double kQuietShare = 0.01;   // of the sender's rate, while it is quiet

}  // namespace

NackCycle::Conditions RequestSchedule::conditions(Time now) const {
    return {.now = now,
            .sender = parts_.sender,
            .loss = parts_.loss,
            .window_end = parts_.window.end_block(),
            .sender_idle = parts_.sender_idle};
}

void RequestSchedule::want_nack(Time now) {
    if (parts_.timers.running(ReceiverTimer::nack) || parts_.stage != ReceiverStage::receiving ||
        parts_.deferral.active())
        return;
    if (const auto at = parts_.nacks.start(parts_.object.blocks(), conditions(now), parts_.rng))
        parts_.timers.set(ReceiverTimer::nack, *at);
}

void RequestSchedule::on_nack_timer(Time now) {
    const bool due = parts_.nacks.on_timer(parts_.object.blocks(), conditions(now)) &&
                     parts_.stage == ReceiverStage::receiving;
    parts_.due.set(ReceiverDue::nack, due);
    if (!due) want_nack(now);
}

// The random delay is drawn once for each need: drawn again and again, it would be the shortest of
// them all. Digests that have not come when everything has been sent are lost: a small group asks
// for them at once.
void RequestSchedule::want_digests(Time now) {
    if (parts_.timers.running(ReceiverTimer::digests)) return;
    const bool lost = parts_.nacks.flushed() && parts_.sender.backoff_factor() == 0;
    const Duration wait = lost ? parts_.loss.window() + kLateDigest : digest_patience();
    parts_.timers.set(ReceiverTimer::digests, now + wait);
}

void RequestSchedule::on_digest_timer(Time now) {
    if (parts_.stage != ReceiverStage::receiving) return;
    const bool due = parts_.object.lacks_digests() ||
                     (parts_.nacks.passed_all() && !parts_.object.has_all_digests());
    parts_.due.set(ReceiverDue::digests, due);
    if (due) parts_.timers.set(ReceiverTimer::digests, now + 2 * digest_patience());
}

// Digests are on their way beside the data, and come again for all when one receiver has asked.
Duration RequestSchedule::digest_patience() {
    const SenderView& sender = parts_.sender;
    const bool flushed = parts_.nacks.flushed();
    Duration most = sender.backoff_time();
    if (sender.large_group() && !flushed && !parts_.window.limited())
        most = sender.for_all(kDigestRequest, kDigestShare);
    return std::max<Duration>(2 * sender.grtt(), milliseconds(flushed ? 1 : 10)) +
           random_backoff(parts_.rng, most, sender.group_size());
}

void RequestSchedule::on_flush(Time now, std::uint32_t block) {
    const bool news = parts_.nacks.on_flush(block);
    parts_.loss.set_position(parts_.nacks.position());
    // More is asked for now: by a back-off of its own.
    if (news) {
        parts_.timers.stop(ReceiverTimer::digests);
        if (parts_.sender.backoff_factor() > 1) parts_.timers.stop(ReceiverTimer::nack);
    }
    ask_for_rest(now);
}

void RequestSchedule::ask_for_rest(Time now) {
    if (lacks_passed()) {
        want_nack(now);
        if (parts_.sender.backoff_factor() > 0) return;  // one after the other, where many ask
    } else if (!parts_.nacks.passed_all()) {
        parts_.liveness.on_progress(now);  // the sender pauses, for others
    }
    if (parts_.object.lacks_digests() || !parts_.object.has_all_digests()) want_digests(now);
}

void RequestSchedule::shorten(Time now) {
    if (parts_.stage != ReceiverStage::receiving || parts_.sender.large_group()) return;
    const Duration most = parts_.sender.gathering_time();
    const auto advance = [&](ReceiverTimer timer, Duration wait) {
        if (parts_.timers.running(timer)) parts_.timers.advance(timer, now + wait);
    };
    advance(ReceiverTimer::nack, parts_.loss.window() + most + parts_.nacks.spacing(parts_.sender));
    advance(ReceiverTimer::digests, 2 * most + milliseconds(20));
}

// The receivers of a large group take turns.
void RequestSchedule::ask_again(Time now) {
    const SenderView& sender = parts_.sender;
    const Duration quiet = std::max<Duration>(10 * sender.grtt(), milliseconds(100));
    Duration turn = kReceiverCheck;
    if (sender.large_group()) turn = std::max(turn, sender.for_all(kNackBytes, kQuietShare));
    const bool my_turn = parts_.rng.chance(to_seconds(kReceiverCheck) / to_seconds(turn));
    if (!parts_.nacks.flushed() && !(parts_.liveness.silence(now) > quiet && my_turn)) return;
    if (lacks_passed()) want_nack(now);
    if (parts_.object.blocks().all_complete() && parts_.object.lacks_digests()) want_digests(now);
}

}  // namespace mcast::protocol
