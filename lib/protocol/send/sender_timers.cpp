// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "protocol/send/group_words.hpp"
#include "protocol/send/sender_impl.hpp"
#include "protocol/send/trace_event.hpp"
#include "protocol/silence_words.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

constexpr Duration kOfferAgain = milliseconds(5);  // who missed that it began reports too seldom
constexpr Duration kCheck = milliseconds(50);
constexpr Duration kGrttPeriod = milliseconds(100);
constexpr int kMissed = 3;  // reports of one that is heard

// Why one that reports gets nothing new.
const char* standstill_text(LimitedBy cause) {
    switch (cause) {
        case LimitedBy::disk:
            return "its disk, or the reader of its output, stands still";
        case LimitedBy::host:
            return "it reports, but its machine loses what the network brings";
        default:
            return "it reports, but nothing new reaches it";
    }
}

}  // namespace

Sender::Impl::Impl(SenderConfig c, Time now, Rng rng)
    : config(std::move(c)),
      object(config.object, config.proactive_parity),
      stage(now),
      group(config.begin_with, config.expect),
      messages(config),
      notices(group, messages),
      grtt(config.initial_grtt),
      rate(config.rate, config.trace),
      timing(config, stage, group, rate, grtt),
      reporters(stage, group, rate, notices, timing, rng),
      hold(stage, object, group) {
    config.name = wire::wire_text(config.name, 255);
    config.host = wire::wire_text(config.host, 64);
    config.meta = wire::wire_text(config.meta, 512);
    timers_.set(Timer::offer, now + timing.offer_interval());
    timers_.set(Timer::probe, now);
    timers_.set(Timer::check, now + kCheck);
    if (config.start_after) timers_.set(Timer::start_after, now + *config.start_after);
}

Time Sender::Impl::next_timeout() const {
    const Time next = timers_.next();
    if (!stage.sending()) return next;
    const bool now = data_wanted() || digests_wanted();
    return std::min(next, std::max(rate.pacer().next(), now ? Time{} : object.next_repair()));
}

// There is something that only the rate holds back.
bool Sender::Impl::data_wanted() const {
    if (!object.first_pass_done() && !hold.held()) return true;
    if (!object.repairs_idle()) return false;  // the repairs know when they are ready
    return !object.catch_up_empty() || !timers_.running(Timer::flush);
}

void Sender::Impl::handle_timeout(Time now) {
    on_time(now);
    if (timers_.take(Timer::offer, now)) {
        due_.set(Due::offer, !stage.ending());
        timers_.set(Timer::offer, now + timing.offer_interval());
    }
    if (timers_.take(Timer::probe, now)) {
        due_.set(Due::probe, stage.started() && !stage.ending());
        timers_.set(Timer::probe, now + timing.probe_interval());
        // By the answers of a whole round trip; of a long one, they come all the time.
        if (now - grtt_judged_ >=
            std::max(std::min(grtt.value(), kGrttPeriod), timing.report_interval())) {
            grtt.on_period();
            grtt_judged_ = now;
        }
    }
    if (timers_.take(Timer::roll, now)) {
        messages.repeat_roll();
        due_.set(Due::roll, messages.roll_waiting());
    }
    if (timers_.take(Timer::digests, now)) due_.set(Due::digests, messages.digests_waiting());
    if (timers_.take(Timer::advert, now) && stage.sending()) on_advert(now);
    if (timers_.take(Timer::flush, now)) due_.set(Due::flush, object.sent_all() || hold.paused());
    if (due_.has(Due::flush)) timers_.set(Timer::flush, now + timing.flush_interval(flushes_));
    if (timers_.take(Timer::start_after, now)) check_gate(now);
    if (timers_.take(Timer::check, now)) check(now);
    if (timers_.take(Timer::ending, now)) on_ending(now);
}

// Advertised as long as it is pending: those whose needs are in it stay silent.
void Sender::Impl::on_advert(Time now) {
    if (object.nothing_asked()) return;
    due_.set(Due::advert);
    adverted_ = now;
    timers_.set(Timer::advert, now + timing.advert_interval(object.repairs_idle()));
}

std::optional<SenderEvent> Sender::Impl::poll_event() {
    auto event = notices.poll();
    if (event && config.trace) trace_event(config.trace, now_, *event, group.find(event->node));
    return event;
}

std::optional<ErrorCode> Sender::Impl::begin(Time now) {
    if (stage.started()) return ErrorCode::already_started;
    if (!stage.gathering()) return ErrorCode::too_late;
    if (group.count(State::in_progress) == 0) return ErrorCode::no_receivers;
    start(now);
    return std::nullopt;
}

void Sender::Impl::check_gate(Time now) {
    group.recount();
    if (!stage.gathering()) return;
    const bool waited =
        stage.draining() || (config.start_after && stage.waited(now) >= *config.start_after);
    if (group.complete() || (waited && group.count(State::in_progress) > 0)) start(now);
}

void Sender::Impl::start(Time now) {
    stage.start(now);
    for (const Due due : {Due::info, Due::offer, Due::probe}) due_.set(due);
    const bool far = std::ranges::any_of(
        group.all(), [](const Peer& p) { return p.rtt_min > rate::RateController::kLongPath; });
    if (far && !group.crowded()) timers_.set(Timer::offer, now + kOfferAgain);
    for (Peer& p : group.all()) {
        p.progress.pause(now);
        if (p.presence == Presence::away)
            rate.control().set_aside(p.node);
        else if (config.on_slow.detach && p.in_progress() && !p.plain)
            watch_.attach(p.node, now);
    }
    notices.tell(SenderEvent::Kind::started);
    check_result(now);
}

void Sender::Impl::check(Time now) {
    timers_.set(Timer::check, now + kCheck);
    timing.end_round(now);
    group.end_round();
    check_gate(now);
    if (stage.gathering() && stage.draining())
        finish(now, Error{ErrorCode::no_receivers, 0, "drained while no receiver was there"});
    if (stage.gathering() && group.all_declined(now))
        return finish(now, Error{ErrorCode::all_receivers_failed, 0, failures()});
    if (stage.gathering() && config.waiting_limit && stage.waited(now) >= *config.waiting_limit) {
        const bool failed = group.count(State::in_progress) == 0 && group.count(State::failure) > 0;
        if (failed) return finish(now, Error{ErrorCode::all_receivers_failed, 0, failures()});
        finish(now, late_error(group));
    }
    if (stage.ending() || stage.ended()) return;
    for (Peer& peer : group.all())
        if (peer.in_progress()) check_peer(now, peer);
    reporters.choose(now);
    if (stage.started()) check_slow(now);
    hold.check();
    check_result(now);
}

void Sender::Impl::check_peer(Time now, Peer& peer) {
    if (const Duration limit = timing.patience(peer); now - peer.heard > limit) {
        if (!stage.started()) peer.counted = false;  // it never mattered
        end_peer(now, peer, State::failure,
                 Error{ErrorCode::receiver_lost, 0,
                       "nothing was heard from it for " + seconds_text(limit)});
        return;
    }
    check_presence(now, peer);
    tell_silent(peer);
    const bool standing = !peer.plain && stands_still(peer);
    if (!standing) peer.progress.pause(now);  // it waits for us
    // Between two reports, which may be far apart, nothing is known of it, unless it says all else.
    const Time known = std::max(peer.reported, peer.heard - kMissed * timing.told_interval());
    if (stage.started() && standing && known - peer.progress.at() > config.progress_limit)
        end_peer(now, peer, State::failure,
                 Error{ErrorCode::timed_out, 0,
                       owes_outcome(peer) ? "it has all, and does not say that it verified it"
                                          : standstill_text(peer.limited_by)});
    // What a plain one has is not known, only that nothing was left to send it for so long.
    if (stage.started() && peer.plain && object.sent_all() &&
        now - timing.data_sent() > config.progress_limit)
        end_peer(now, peer, State::failure,
                 Error{ErrorCode::timed_out, 0, "it answers, but never acknowledges the end"});
}

std::string Sender::Impl::waiting_for() const {
    if (stage.gathering()) return gathering_text();
    if (stage.sending() && object.first_pass_done()) {
        const auto left = group.count(State::in_progress);
        const bool all_silent = left > 0 && std::ranges::all_of(group.all(), [this](const Peer& p) {
                                    return !p.in_progress() || !p.counted || silent(p);
                                });
        if (all_silent) return "waiting for " + silent_text();
        return "waiting for " + std::to_string(left) + (left == 1 ? " receiver " : " receivers ") +
               (group.attached_have(config.object.size) ? "to verify" : "to get what is missing");
    }
    if (const Peer* peer = hold.holder()) return "waiting for " + holding_text(*peer);
    return {};
}

}  // namespace mcast::protocol
