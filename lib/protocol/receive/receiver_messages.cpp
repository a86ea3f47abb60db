// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>
#include <variant>

#include "protocol/backoff.hpp"
#include "protocol/malformed.hpp"
#include "protocol/receive/receiver_impl.hpp"
#include "protocol/reporting.hpp"

namespace mcast::protocol {
namespace {

constexpr Duration kBehindFor = std::chrono::seconds(2);  // unless it is said again
constexpr Duration kUnserved = std::chrono::seconds(5);   // then adverts keep nobody silent

constexpr double kFeedbackBytes = 65;  // a join, or a final report, with its IP and UDP headers
constexpr double kSpreadShare = 0.1;
constexpr double kMostSpread = 5;  // seconds
// Of what a round trip brings, for parity that waits for more.
constexpr double kFlyingPart = 16;
constexpr double kMostParity = 512 << 20;  // bytes

template <typename... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};

// Why the sender waits for this receiver no more, in the words of the receiver.
Error given_up(ErrorCode why) {
    if (why == ErrorCode::receiver_lost)
        return {ErrorCode::timed_out, 0,
                "the sender gave this receiver up: it fell silent for longer than the sender's "
                "--timeout"};
    if (why == ErrorCode::timed_out)
        return {ErrorCode::timed_out, 0,
                "the sender gave this receiver up: nothing moved here for longer than the "
                "sender's --timeout"};
    return {ErrorCode::detached, 0,
            "the sender gave this receiver up: " + std::string(error_info(why).meaning)};
}

template <typename Message>
concept FromSender = requires(const Message& m) { m.sender.instance; };

}  // namespace

Placement Receiver::Impl::handle(Time now, Bytes datagram, const Origin& from) {
    heard_sender = false;
    if (stage == Stage::ended || stage == Stage::unanswered) return {};
    on_time(now);
    if (stage != Stage::listening && wire::is_data(datagram)) {
        const auto data = wire::parse_data(datagram);
        if (!data) return count_malformed(stats, data.error()), Placement{};
        if (!from_sender(now, *data, from)) return {};
        stats.bytes += datagram.size();
        return on_data(now, *data);
    }
    const auto message = wire::parse(datagram);
    if (!message) return count_malformed(stats, message.error()), Placement{};
    if (stage == Stage::listening) {
        auto heard = discovery_.hear(now, *message, from);
        heard_sender = heard.from_candidate;
        on_discovery(now, std::move(heard));
        return {};
    }
    std::visit(Overloaded{[&](const FromSender auto& m) {
                              if (!from_sender(now, m, from)) return;
                              stats.bytes += datagram.size();
                              on_sender_fields(now, m.sender);
                              on_message(now, *message);
                          },
                          [](const auto&) {}},
               *message);
    return {};
}

// Only the sender that was chosen counts, at its address: anybody can use its node id.
template <typename Message>
bool Receiver::Impl::from_sender(Time now, const Message& message, const Origin& from) {
    if (message.source.node != offer.sender || message.sender.instance != instance_) return false;
    if (from != origin_) {
        if (!sender_moved(now, message)) {
            ++stats.foreign;
            return false;
        }
        origin_ = from;
    }
    heard_sender = true;
    on_heard(now);
    loss_.on_packet(now, message.source.sequence);
    return true;
}

template <typename Message>
bool Receiver::Impl::sender_moved(Time now, const Message& message) const {
    if constexpr (std::is_same_v<Message, wire::CmdApplication>) {
        if (offer.plain || now - heard_ < kMovedAfter) return false;
        const auto found = wire::Offer::parse(message.payload);
        return found && found->transfer == offer.transfer;
    }
    return false;
}

void Receiver::Impl::on_sender_fields(Time now, const wire::SenderFields& fields) {
    const Duration gathering = sender_.gathering_time();
    const double group = sender_.group_size();
    sender_.on_fields(fields);
    if (sender_.gathering_time() < gathering) shorten_waits(now);
    // More are joining than was to be seen when this one chose its time.
    if (sender_.group_size() > group && timers_.running(Timer::join) && tries_ == 0)
        timers_.set(Timer::join, std::max(timers_.at(Timer::join), now + spread()));
}

// A timer that was set by a longer round trip waits no longer than it would by this one.
void Receiver::Impl::shorten_waits(Time now) {
    const Duration most = sender_.gathering_time();
    const auto advance = [&](Timer timer, Duration wait) {
        if (timers_.running(timer)) timers_.set(timer, std::min(timers_.at(timer), now + wait));
    };
    if (stage != Stage::receiving || sender_.large_group()) return;
    advance(Timer::nack, loss_.window() + most + nacks_.spacing(sender_));
    advance(Timer::digests, 2 * most + std::chrono::milliseconds(20));
}

// Receivers that hear the same offer are not to report all at once: each begins anywhere within the
// interval, and keeps its place there when the interval becomes another one.
void Receiver::Impl::plan_report(Time now) {
    const Duration interval = report_interval(now);
    double wait = to_seconds(interval) * rng_.uniform();
    if (timers_.running(Timer::report)) {
        if (interval == planned_interval_) return;
        const Duration left = std::max(timers_.at(Timer::report) - now, Duration::zero());
        wait = to_seconds(left) * to_seconds(interval) / to_seconds(planned_interval_);
    }
    planned_interval_ = interval;
    timers_.set(Timer::report, now + from_seconds(wait));
}

Duration Receiver::Impl::report_interval(Time now) const {
    const auto sent = sender_.send_rate();
    if (now >= reporter_until_ || !sent) return sender_.report_interval();
    return std::min(sender_.report_interval(),
                    reporter_interval(DataRate::bytes_per_second(*sent)));
}

// What each of a large group is about to say at the same moment takes a tenth of the sender's rate.
Duration Receiver::Impl::spread() {
    if (!sender_.large_group()) return Duration::zero();
    const double most = to_seconds(sender_.for_all(kFeedbackBytes, kSpreadShare));
    return from_seconds(std::min(most, kMostSpread) * rng_.uniform());
}

void Receiver::Impl::on_message(Time now, const wire::Message& message) {
    std::visit(
        Overloaded{[&](const wire::CmdApplication& m) { on_application(now, m.payload); },
                   [&](const wire::CmdFlush& m) { on_flush(now, m); },
                   [&](const wire::CmdCc& m) { on_probe(m); },
                   [&](const wire::CmdRepairAdv& m) { on_repair_adv(now, m); }, [](const auto&) {}},
        message);
}

void Receiver::Impl::on_application(Time now, Bytes payload) {
    if (offer.plain) return;
    const auto message = wire::parse_sender_message(payload);
    if (!message) {
        if (!wire::is_skippable(message.error())) count_malformed(stats, message.error());
        return;
    }
    std::visit(Overloaded{[&](const wire::Offer& m) {
                              if (m.transfer != offer.transfer) return;
                              sender_.set_report_interval(m.report_interval_us);
                              plan_report(now);
                              if (stage == Stage::receiving && (m.flags & wire::kOfferStarted))
                                  start(now);
                          },
                          [&](const wire::ReceiverStates& m) {
                              if (m.transfer == offer.transfer) on_receiver_states(now, m);
                          },
                          [&](const wire::Digests& m) {
                              if (m.transfer == offer.transfer && stage == Stage::receiving)
                                  on_digests(m);
                          },
                          [&](const wire::End& m) {
                              if (m.transfer == offer.transfer) on_end(now, m);
                          }},
               *message);
}

void Receiver::Impl::start(Time now) {
    if (started_at_) return;
    started_at_ = progressed_ = now;
    events.push_back({ReceiverEvent::Kind::started, {}, {}});
    check_finish();  // an empty file has everything
}

// What the sender knows of us. It never lists us as done or failed before we said so, unless it
// gave us up.
void Receiver::Impl::on_receiver_states(Time now, const wire::ReceiverStates& states) {
    const wire::ReceiverEntry self{config.node, config.challenge};
    if (states.state < wire::ReceiverState::joined || states.state > wire::ReceiverState::reporter)
        return;
    if (std::ranges::find(states.entries, self) == states.entries.end()) return;
    if (states.state == wire::ReceiverState::refused) return on_refused(now, states);
    known_ = true;
    reporter_until_ = states.state == wire::ReceiverState::reporter ? now + kReporterFor : Time{};
    if (timers_.running(Timer::join)) {
        timers_.stop(Timer::join);
        tries_ = 0;
        events.push_back({ReceiverEvent::Kind::joined, {}, {}});
    }
    if (stage == Stage::receiving) plan_report(now);
    take_turn(now, states.state == wire::ReceiverState::behind);
    if (states.state == wire::ReceiverState::joined || states.state > wire::ReceiverState::refused)
        return;
    if (stage == Stage::telling) {
        if (states.state == wire::ReceiverState::done) return confirmed(states.root);
        return end(farewell_.counted_failed(static_cast<ErrorCode>(states.error)));
    }
    if (stage == Stage::finishing) {  // verified: the sender will hear of it
        farewell_.on_sender_ended();
        return;
    }
    if (states.state == wire::ReceiverState::done) return;  // of something that we never said
    if (states.state == wire::ReceiverState::detached) {
        end(Error{ErrorCode::detached, 0,
                  "detached by the sender's operator, or as too slow for the others"});
    } else {
        const auto why = static_cast<ErrorCode>(states.error);
        end(why == ErrorCode::timed_out && object_.any_bad() ? standstill() : given_up(why));
    }
}

// One that is in the transfer already hears an answer to something older.
void Receiver::Impl::on_refused(Time now, const wire::ReceiverStates& states) {
    if (stage == Stage::telling) return end(farewell_.error());
    if (known_ || stage == Stage::finishing) return;
    if (static_cast<ErrorCode>(states.error) != ErrorCode::node_taken)
        return end(Error{ErrorCode::refused, 0, "the sender takes no more receivers"});
    if (!config.fixed_node) return draw_node(now);
    end(Error{ErrorCode::node_taken, 0,
              "another machine takes part with node id " + to_hex(config.node) +
                  ": give this one another --node-id, or none"});
}

// The sender counts us, by the digest of what it has sent.
void Receiver::Impl::confirmed(Bytes root) {
    end(offer.plain ? farewell_.error() : farewell_.confirmed(root));
}

// Too slow for the others: what we lack is sent when they are done, and asked for then. The sender
// says so again and again.
void Receiver::Impl::take_turn(Time now, bool behind) {
    const bool ours = behind_until_ && !behind;
    behind_until_.reset();
    behind = behind && !sender_idle_;  // nobody else is served
    if (behind) behind_until_ = now + kBehindFor;
    if (behind) progressed_ = now;
    if (ours && stage == Stage::receiving && lacks_passed()) want_nack(now);
}

void Receiver::Impl::on_end(Time, const wire::End& message) {
    if (farewell_.declined() && !known_) return;  // anybody can say that
    // It waited for us, or no longer listens.
    if (stage == Stage::telling)
        return message.root.empty() ? end(farewell_.error()) : confirmed(message.root);
    if (stage == Stage::finishing) {  // verified, with or without it
        farewell_.on_sender_ended(message.root);
        return;
    }
    const auto code = static_cast<ErrorCode>(message.error);
    if (message.error == 0)
        end(Error{ErrorCode::detached, 0, "the sender ended without waiting for this receiver"});
    else if (code == ErrorCode::cancelled)
        end(Error{ErrorCode::cancelled, 0, "ended by the sender: " + std::string(message.message)});
    else
        end(Error{ErrorCode::sender_failed, 0,
                  "the sender gave up: " + std::string(message.message) + " (" +
                      std::string(error_info(code).name) + ")"});
}

void Receiver::Impl::on_flush(Time now, const wire::CmdFlush& flush) {
    if (flush.object != offer.object.id || flush.fec_id != offer.object.fec_id) return;
    sender_idle_ = true;
    if (stage == Stage::receiving) {
        start(now);
        const bool news = nacks_.on_flush(flush.id.block);
        loss_.set_position(nacks_.position());
        // Now more is asked for: by a back-off of its own.
        if (news) {
            timers_.stop(Timer::digests);
            if (sender_.backoff_factor() > 1) timers_.stop(Timer::nack);
        }
        ask_for_rest(now);
    }
    if (stage == Stage::offered) return;
    // A watermark is acknowledged once everything through it is here (RFC 5740 section 5.4.3).
    for (const NodeId node : flush.nodes) {
        if (node != config.node || !offer.plain || !blocks().all_complete()) continue;
        ack_flush_due_ = wire::FlushPosition{flush.fec_id, flush.object, flush.id};
        if (stage == Stage::telling) timers_.set(Timer::linger, now + std::chrono::seconds(1));
    }
}

// What is missing when nothing new comes.
void Receiver::Impl::ask_for_rest(Time now) {
    if (lacks_passed()) {
        want_nack(now);
        if (sender_.backoff_factor() > 0) return;  // one thing after the other, where many ask
    } else if (!nacks_.passed_all()) {
        progressed_ = now;  // it pauses, for others
    }
    if (object_.lacks_digests() || !object_.has_all_digests()) want_digests(now);
}

// A receiver that nobody serves is kept silent by nobody.
void Receiver::Impl::on_repair_adv(Time now, const wire::CmdRepairAdv& repair_adv) {
    if (stage != Stage::receiving || now - std::max(progressed_, nacks_.nacked()) > kUnserved)
        return;
    nacks_.on_repair_adv(blocks(), repair_adv, now);
}

void Receiver::Impl::on_probe(const wire::CmdCc& probe) {
    sender_.on_probe(probe, loss_.overtaken_at());
    if (stage == Stage::offered || !probe.send_rate) return;
    if (offer.plain) due_.set(Due::ack_cc);
    // Most blocks of a round trip wait for a repair where much is lost.
    const double held = std::min(sender_.bytes_in_flight() / kFlyingPart, kMostParity);
    blocks().allow_parity(static_cast<std::size_t>(held / offer.object.segment_size));
}

}  // namespace mcast::protocol
