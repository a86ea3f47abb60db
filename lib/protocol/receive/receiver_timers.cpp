// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "protocol/own_pause.hpp"
#include "protocol/receive/receiver_impl.hpp"
#include "protocol/silence_words.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kCheck = milliseconds(50);
constexpr Duration kPlainLinger = seconds(1);  // to acknowledge a plain sender's watermark
constexpr Duration kSilent = seconds(2);       // is worth a word

// Of a large group the sender answers many at once, and twice: there is no hurry to ask again.
constexpr Duration kLargeGroupFirst = milliseconds(200);
constexpr Duration kLargeGroupMost = seconds(2);
constexpr double kNackBytes = 90;  // about, with IP and UDP headers
constexpr double kQuietShare = 0.01;

}  // namespace

// Again soon, then less and less often, and not in step with others.
Duration Receiver::Impl::retry_delay(Duration first, Duration most) {
    if (sender_.large_group()) {
        first = std::max<Duration>(2 * first, kLargeGroupFirst);
        most = kLargeGroupMost;
    }
    const Duration delay = std::min<Duration>(first * (1 << std::min(tries_++, 10)), most);
    return from_seconds(to_seconds(delay) * (0.85 + 0.3 * rng_.uniform()));
}

Receiver::Impl::Impl(ReceiverConfig c, Time now, Rng rng)
    : config(std::move(c)),
      discovery_({config.wanted_name, config.plain, config.before}, config.trace),
      rng_(rng),
      created_(now) {
    timers_.set(Timer::check, now + kCheck);
}

// What was said while this process stood still waits in the socket: its sleep is no silence of the
// sender's.
void Receiver::Impl::after_gap(Time now) {
    const Duration slept = own_pause(now, timers_.next());
    if (slept == Duration::zero()) return;
    timers_.catch_up(now);
    for (Time* since : {&created_, &heard_, &progressed_, &measured_}) *since += slept;
    farewell_.shift(slept);
}

void Receiver::Impl::after_silence(Time now, Duration silent) {
    // After a long silence what was missed needs some time to come.
    if (silent > config.progress_limit / 4)
        progressed_ = std::max(progressed_, now - config.progress_limit / 2);
    if (silent > kSilent) rejoin(now);
}

// Whoever was cut off may have another address since: the sender knows it by a join.
void Receiver::Impl::rejoin(Time now) {
    if (!known_ || offer.plain || sender_.large_group() || stage == Stage::telling) return;
    tries_ = 0;
    timers_.set(Timer::join, now);
}

void Receiver::Impl::handle_timeout(Time now) {
    on_time(now);
    if (timers_.take(Timer::join, now)) {
        due_.set(Due::join);
        timers_.set(Timer::join,
                    now + retry_delay(std::max<Duration>(2 * sender_.grtt(), milliseconds(20)),
                                      milliseconds(500)));
    }
    if (timers_.take(Timer::report, now)) {
        due_.set(Due::report, stage != Stage::telling);
        planned_interval_ = report_interval(now);
        if (stage != Stage::telling)
            timers_.set(Timer::report, now + from_seconds(to_seconds(planned_interval_) *
                                                          (0.9 + 0.2 * rng_.uniform())));
    }
    if (timers_.take(Timer::nack, now)) on_nack_timer(now);
    if (timers_.take(Timer::digests, now) && stage == Stage::receiving) {
        due_.set(Due::digests,
                 object_.lacks_digests() || (nacks_.passed_all() && !object_.has_all_digests()));
        if (due_.has(Due::digests)) timers_.set(Timer::digests, now + 2 * digests_patience());
    }
    if (timers_.take(Timer::plain, now)) on_discovery(now, discovery_.handle_timeout(now));
    if (timers_.take(Timer::linger, now)) tell(now);
    if (timers_.take(Timer::check, now)) check(now);
}

// Why nothing moves.
Error Receiver::Impl::standstill() const {
    if (object_.any_bad())
        return {ErrorCode::integrity, 0,
                "what came does not match its digest, and nothing came that does"};
    return {ErrorCode::timed_out, 0,
            blocks().first_incomplete() >= window_.end_block()
                ? "the reader of the output stands still"
                : "the sender is there, but nothing new came"};
}

void Receiver::Impl::check(Time now) {
    timers_.set(Timer::check, now + kCheck);
    if (stage == Stage::telling || stage == Stage::ended) return;
    if (behind_until_ && now >= *behind_until_) behind_until_.reset();
    if (config.waiting_limit && !started_at_ && now - created_ >= *config.waiting_limit)
        return fail(now, Error{ErrorCode::no_sender, 0,
                               stage == Stage::listening ? "nothing was offered in time"
                                                         : "joined, but the transfer did not "
                                                           "begin in time"});
    if (stage == Stage::listening || stage == Stage::offered || stage == Stage::unanswered) return;
    if (stage == Stage::receiving && nobody_answers(now)) return pass_over("");
    // Once all content and digests are here, only our own disk is waited for.
    const bool needed = !started_at_ || !blocks().all_complete() || object_.lacks_digests();
    if (needed && now - heard_ > config.progress_limit)
        return end(
            Error{ErrorCode::sender_lost, 0,
                  "nothing was heard from the sender for " + seconds_text(config.progress_limit)});
    if (stage != Stage::receiving || !started_at_) return;
    if (now - progressed_ > config.progress_limit && !blocks().all_complete())
        return fail(now, standstill());
    ask_again(now);
}

// Anybody can say an offer; only a sender confirms a join by its challenge, or goes on.
bool Receiver::Impl::nobody_answers(Time now) const {
    return !known_ && !offer.plain && now - heard_ > kSilent;
}

// The same sender may be heard again, and is taken then.
void Receiver::Impl::pass_over(const std::string& why) {
    std::string text;
    if (discovery_.note_silent(offer.transfer))
        text = "the offer of \"" + offer.name + "\" by node " + to_hex(offer.sender) +
               " is passed over: nobody answers the join" +
               (why.empty() ? "" : "; it could not be taken: " + why);
    stage = Stage::unanswered;
    timers_.stop_all();
    timers_.set(Timer::check, now_ + kCheck);
    due_ = {};
    object_.clear_orders();
    events.push_back({ReceiverEvent::Kind::unanswered, {}, std::move(text)});
}

// Whatever kept the sender quiet: what is missing is asked for again, by a large group in turns.
void Receiver::Impl::ask_again(Time now) {
    const Duration quiet = std::max<Duration>(10 * sender_.grtt(), milliseconds(100));
    const Duration turn = sender_.large_group()
                              ? std::max<Duration>(sender_.for_all(kNackBytes, kQuietShare), kCheck)
                              : kCheck;
    const bool my_turn = rng_.chance(to_seconds(kCheck) / to_seconds(turn));
    if (nacks_.flushed() || (now - heard_ > quiet && my_turn)) {
        if (lacks_passed()) want_nack(now);
        if (blocks().all_complete() && object_.lacks_digests()) want_digests(now);
    }
}

void Receiver::Impl::fail(Time now, Error error) {
    if (stage == Stage::ended) return;
    if (stage == Stage::telling && farewell_.declined()) return end(std::move(error));
    if (stage == Stage::telling) return end(farewell_.error());  // no longer: the outcome stands
    if (stage == Stage::listening || stage == Stage::unanswered || offer.plain)
        return end(std::move(error));
    farewell_.fail(std::move(error));
    tell(now);
}

void Receiver::Impl::decline(Time now, Error error) {
    farewell_.set_declined(stage == Stage::offered && !offer.plain);
    fail(now, std::move(error));
}

// The outcome is told until the sender has confirmed it (a list of receiver states, or its end).
void Receiver::Impl::tell(Time now) {
    if (stage != Stage::telling) {
        stage = Stage::telling;
        timers_.stop_all();
        due_.clear(Due::nack);
        due_.clear(Due::digests);
        tries_ = 0;
        farewell_.begin(now);
        if (offer.plain) {
            timers_.set(Timer::linger, now + kPlainLinger);
            return;
        }
        if (const Duration wait = spread(); wait > Duration::zero()) {
            farewell_.begin(now + wait);
            timers_.set(Timer::linger, now + wait);
            return;
        }
    } else if (offer.plain || farewell_.told_enough(now, config.progress_limit)) {
        const auto& error = farewell_.error();
        return farewell_.declined() && !known_ ? pass_over(error->message) : end(error);
    }
    // Of a stranger, or from another address, the sender takes no report.
    due_.set(Due::join, !known_ || now - heard_ > kSilent);
    due_.set(Due::report, known_ || !farewell_.failed());
    timers_.set(Timer::linger,
                now + retry_delay(std::max<Duration>(2 * sender_.grtt(), milliseconds(5)),
                                  milliseconds(250)));
}

void Receiver::Impl::end(std::optional<Error> error) {
    if (stage == Stage::ended) return;
    stage = Stage::ended;
    timers_.stop_all();
    events.push_back({ReceiverEvent::Kind::ended, std::move(error), {}});
}

std::string Receiver::Impl::waiting_for() const {
    const std::string silent =
        now_ - heard_ > kSilent ? silence_text(now_ - heard_, config.progress_limit) : "";
    switch (stage) {
        case Stage::listening:
        case Stage::unanswered:
            return "waiting for an offer";
        case Stage::offered:
        case Stage::receiving:
            if (!silent.empty() && !blocks().all_complete())
                return "waiting for the sender, " + silent;
            if (!started_at_) return "waiting for the sender to begin";
            if (behind_until_) return "waiting for faster receivers to be served first";
            if (nacks_.flushed() && lacks_passed()) return "waiting for repairs";
            return {};
        case Stage::finishing:
            return "waiting for the disk";
        case Stage::telling:
            return "waiting for the sender to confirm" + (silent.empty() ? "" : ", " + silent);
        case Stage::ended:
            break;
    }
    return {};
}

}  // namespace mcast::protocol
