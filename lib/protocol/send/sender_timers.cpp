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
using std::chrono::seconds;

constexpr Duration kOfferGathering = milliseconds(100);
constexpr Duration kOfferRunning = milliseconds(250);
constexpr Duration kOfferAgain = milliseconds(5);  // who missed that it began reports too seldom
constexpr Duration kCheck = milliseconds(50);
constexpr double kReportShareOfFew = 0.0025;  // of the data rate
constexpr double kReportShare = 0.002;
constexpr double kReportShareOfMany = 0.001;  // joins and final reports take most of it
constexpr double kMostReportShare = 0.02;     // lest silence be noticed late
constexpr std::size_t kFew = 16;
constexpr std::size_t kMany = 1000;
constexpr double kReportBytes = 70;  // about, with IP and UDP headers
constexpr DataRate kModestRate = DataRate::bits_per_second(100e6);
constexpr Duration kReportSeldom = seconds(60);
constexpr ByteCount kOfferBytes = 250;  // on the wire, about
constexpr ByteCount kProbeBytes = 70;
constexpr ByteCount kSparing = 20;  // a twentieth of the rate
constexpr Duration kGrttPeriod = milliseconds(100);
constexpr Duration kMostSparing = seconds(5);
constexpr Duration kAdvertCatchUp = milliseconds(100);
constexpr int kMissed = 3;        // reports of one that is heard
constexpr int kFlushesFast = 20;  // RFC 5740's robustness factor; then slower

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

Sender::Impl::Impl(SenderConfig c, Time now, Rng r)
    : config(std::move(c)),
      object(config.object, config.proactive_parity),
      rng(r),
      created(now),
      group(config.begin_with, config.expect),
      messages(config),
      notices(group, messages),
      grtt(config.initial_grtt),
      rate_control(config.rate, config.trace),
      pacer(rate_control.rate()),
      auto_rate_(!config.rate) {
    config.name = wire::wire_text(config.name, 255);
    config.host = wire::wire_text(config.host, 64);
    config.meta = wire::wire_text(config.meta, 512);
    timers_.set(Timer::offer, now + kOfferGathering);
    timers_.set(Timer::probe, now);
    timers_.set(Timer::check, now + kCheck);
    if (config.start_after) timers_.set(Timer::start_after, now + *config.start_after);
}

Time Sender::Impl::next_timeout() const {
    const Time next = timers_.next();
    if (phase != Phase::sending) return next;
    const bool now = data_wanted() || digests_wanted();
    return std::min(next, std::max(pacer.next(), now ? Time{} : object.next_repair()));
}

// There is something that only the rate holds back.
bool Sender::Impl::data_wanted() const {
    if (!object.first_pass_done() && !held()) return true;
    if (!object.repairs_idle()) return false;  // the repairs know when they are ready
    return !object.catch_up_empty() || !timers_.running(Timer::flush);
}

void Sender::Impl::handle_timeout(Time now) {
    on_time(now);
    if (timers_.take(Timer::offer, now)) {
        due_.set(Due::offer, phase != Phase::ending);
        timers_.set(Timer::offer, now + (started_at ? std::max(kOfferRunning, sparing(kOfferBytes))
                                                    : kOfferGathering));
    }
    if (timers_.take(Timer::probe, now)) {
        due_.set(Due::probe, started_at && phase != Phase::ending);
        timers_.set(Timer::probe, now + probe_interval());
        // By the answers of a whole round trip; of a long one, they come all the time.
        if (now - grtt_judged_ >=
            std::max(std::min(grtt.value(), kGrttPeriod), report_interval())) {
            grtt.on_period();
            grtt_judged_ = now;
        }
    }
    if (timers_.take(Timer::roll, now)) {
        messages.repeat_roll();
        due_.set(Due::roll, messages.roll_waiting());
    }
    if (timers_.take(Timer::digests, now)) due_.set(Due::digests, messages.digests_waiting());
    if (timers_.take(Timer::advert, now) && phase == Phase::sending) on_advert(now);
    if (timers_.take(Timer::flush, now)) due_.set(Due::flush, object.sent_all() || paused());
    if (due_.has(Due::flush)) timers_.set(Timer::flush, now + flush_interval());
    if (timers_.take(Timer::start_after, now)) check_gate(now);
    if (timers_.take(Timer::check, now)) check(now);
    if (timers_.take(Timer::ending, now)) on_ending(now);
}

// Ours answer in the reports that they send anyway, plain ones each for itself. A queue is seen as
// late as the probe before is old, so it is no matter of the round trip.
Duration Sender::Impl::probe_interval() const {
    const Duration fast = milliseconds(group.size() <= kFew ? 20 : 100);
    if (!started_at) return 5 * fast;
    const bool plain = config.plain && std::ranges::any_of(group.all(), &Peer::plain);
    return std::max({plain ? grtt.value() : Duration::zero(), fast, sparing(kProbeBytes)});
}

// Advertised as long as it is pending: those whose needs are in it stay silent.
void Sender::Impl::on_advert(Time now) {
    if (object.nothing_asked()) return;
    due_.set(Due::advert);
    adverted_ = now;
    timers_.set(Timer::advert, now + advert_interval());
}

Duration Sender::Impl::advert_interval() const {
    const Duration fast =
        object.repairs_idle() ? std::max(grtt.value(), kAdvertCatchUp) : grtt.value() / 2;
    return std::max(fast, sparing(config.object.segment_size));
}

std::optional<SenderEvent> Sender::Impl::poll_event() {
    auto event = notices.poll();
    if (event && config.trace) trace_event(config.trace, now_, *event, group.find(event->node));
    return event;
}

std::optional<ErrorCode> Sender::Impl::begin(Time now) {
    if (started_at) return ErrorCode::already_started;
    if (phase != Phase::gathering) return ErrorCode::too_late;
    if (group.count(State::in_progress) == 0) return ErrorCode::no_receivers;
    start(now);
    return std::nullopt;
}

void Sender::Impl::check_gate(Time now) {
    group.recount();
    if (phase != Phase::gathering) return;
    const bool waited = draining || (config.start_after && now - created >= *config.start_after);
    if (group.complete() || (waited && group.count(State::in_progress) > 0)) start(now);
}

void Sender::Impl::start(Time now) {
    phase = Phase::sending;
    started_at = now;
    for (const Due due : {Due::info, Due::offer, Due::probe}) due_.set(due);
    const bool far = std::ranges::any_of(
        group.all(), [](const Peer& p) { return p.rtt_min > rate::RateController::kLongPath; });
    if (far && !group.crowded()) timers_.set(Timer::offer, now + kOfferAgain);
    for (Peer& p : group.all()) {
        p.progress.pause(now);
        if (p.presence == Presence::away)
            rate_control.set_aside(p.node);
        else if (config.on_slow.detach && p.in_progress() && !p.plain)
            watch_.attach(p.node, now);
    }
    notices.tell(SenderEvent::Kind::started);
    check_result(now);
}

void Sender::Impl::check(Time now) {
    timers_.set(Timer::check, now + kCheck);
    told_interval_.add(now, report_interval());
    told_lately_.add(now, report_interval());
    group.end_round();
    budget_.update(now, grtt.value(), group.size());
    check_gate(now);
    if (phase == Phase::gathering && draining)
        finish(now, Error{ErrorCode::no_receivers, 0, "drained while no receiver was there"});
    if (phase == Phase::gathering && group.all_declined(now))
        return finish(now, Error{ErrorCode::all_receivers_failed, 0, failures()});
    if (phase == Phase::gathering && config.waiting_limit &&
        now - created >= *config.waiting_limit) {
        const bool failed = group.count(State::in_progress) == 0 && group.count(State::failure) > 0;
        if (failed) return finish(now, Error{ErrorCode::all_receivers_failed, 0, failures()});
        finish(now, late_error(group));
    }
    if (phase == Phase::ending || phase == Phase::ended) return;
    for (Peer& peer : group.all())
        if (peer.in_progress()) check_peer(now, peer);
    choose_voices(now);
    if (started_at) check_slow(now);
    watch_holding();
    check_result(now);
}

void Sender::Impl::check_peer(Time now, Peer& peer) {
    if (const Duration limit = patience(peer); now - peer.heard > limit) {
        if (!started_at) peer.counted = false;  // it never mattered
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
    const Time known = std::max(peer.reported, peer.heard - kMissed * told_interval_.value());
    if (started_at && standing && known - peer.progress.at() > config.progress_limit)
        end_peer(now, peer, State::failure,
                 Error{ErrorCode::timed_out, 0,
                       owes_outcome(peer) ? "it has all, and does not say that it verified it"
                                          : standstill_text(peer.limited_by)});
    // What a plain one has is not known, only that nothing was left to send it for so long.
    if (started_at && peer.plain && object.sent_all() && now - data_sent_ > config.progress_limit)
        end_peer(now, peer, State::failure,
                 Error{ErrorCode::timed_out, 0, "it answers, but never acknowledges the end"});
}

void Sender::Impl::set_rate(Time, std::optional<DataRate> rate) {
    auto_rate_ = !rate;
    rate_control.set_fixed(rate);
    pacer.set_rate(rate_control.rate(), !auto_rate_);
}

Duration Sender::Impl::report_interval() const {
    return report_interval_of(group.awaited());
}

Duration Sender::Impl::report_interval_of(std::size_t receivers) const {
    const double share = receivers <= kFew    ? kReportShareOfFew
                         : receivers <= kMany ? kReportShare
                                              : kReportShareOfMany;
    // Before the beginning nothing is known of the rate that there will be.
    const DataRate rate = started_at ? pacer.rate() : std::min(pacer.rate(), kModestRate);
    const double all = static_cast<double>(receivers) * kReportBytes / rate.bytes_per_second();
    const double heard =
        std::max(all / kMostReportShare, to_seconds(config.progress_limit) / kMissed);
    return std::clamp<Duration>(from_seconds(std::min({all / share, heard, 100.0})),
                                started_at ? milliseconds(5) : milliseconds(500), kReportSeldom);
}

Duration Sender::Impl::flush_interval() const {
    const Duration fast = std::max<Duration>(2 * grtt.value(), milliseconds(2));
    return flushes_ < kFlushesFast ? fast : std::max<Duration>(fast, milliseconds(100));
}

// How seldom a message of that size has to be to take little of the rate; receivers may still know
// by it that we are there.
Duration Sender::Impl::sparing(ByteCount bytes) const {
    return std::min<Duration>(pacer.rate().time_for(kSparing * bytes), kMostSparing);
}

std::string Sender::Impl::waiting_for() const {
    if (phase == Phase::gathering) return gathering_text();
    if (phase == Phase::sending && object.first_pass_done()) {
        const auto left = group.count(State::in_progress);
        const bool all_silent = left > 0 && std::ranges::all_of(group.all(), [this](const Peer& p) {
                                    return !p.in_progress() || !p.counted || silent(p);
                                });
        if (all_silent) return "waiting for " + silent_text();
        return "waiting for " + std::to_string(left) + (left == 1 ? " receiver " : " receivers ") +
               (group.attached_have(config.object.size) ? "to verify" : "to get what is missing");
    }
    if (const Peer* peer = holding()) return "waiting for " + holding_text(*peer);
    return {};
}

}  // namespace mcast::protocol
