// SPDX-License-Identifier: MIT
#include "protocol/receive/receiver_input.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "base/overloaded.hpp"
#include "protocol/malformed.hpp"

namespace mcast::protocol {
namespace {

using Stage = ReceiverStage;

constexpr Duration kUnserved = std::chrono::seconds(5);  // then adverts keep nobody silent
// Parity that waits for more: of what the sender sends in a round trip, a sixteenth.
constexpr double kPartInFlight = 16;
constexpr double kMostParity = 512 << 20;  // bytes

template <typename Message>
concept FromSender = requires(const Message& m) { m.sender.instance; };

}  // namespace

Handled ReceiverInput::handle(Time now, Bytes datagram, const Origin& from) {
    if (parts_.stage == Stage::ended || parts_.stage == Stage::unanswered) return {};
    clock_.on_time(now);
    if (parts_.stage != Stage::listening && wire::is_data(datagram)) {
        const auto data = wire::parse_data(datagram);
        if (!data) return count_malformed(parts_.stats, data.error()), Handled{};
        if (!from_sender(now, *data, from)) return {};
        parts_.stats.bytes += datagram.size() + parts_.config.envelope;
        return {content_.on_data(now, *data), true};
    }
    const auto message = wire::parse(datagram);
    if (!message) return count_malformed(parts_.stats, message.error()), Handled{};
    if (parts_.stage == Stage::listening) return {{}, offers_.hear(now, *message, from)};
    bool ours = false;
    std::visit(Overloaded{[&](const FromSender auto& m) {
                              ours = from_sender(now, m, from);
                              if (!ours) return;
                              parts_.stats.bytes += datagram.size() + parts_.config.envelope;
                              on_sender_fields(now, m.sender);
                              on_message(now, *message);
                          },
                          [](const auto&) {}},
               *message);
    return {{}, ours};
}

// Only the sender that was chosen counts, at its address.
template <typename Message>
bool ReceiverInput::from_sender(Time now, const Message& message, const Origin& from) {
    if (!parts_.chosen.named_by(message)) return false;
    if (from != parts_.chosen.origin()) {
        if (!sender_moved(now, message)) {
            ++parts_.stats.foreign;
            return false;
        }
        parts_.chosen.move_to(from);
    }
    clock_.on_heard(now);
    parts_.loss.on_packet(now, message.source.sequence);
    return true;
}

// A new address is believed in an offer of the same transfer, when the old one is silent.
template <typename Message>
bool ReceiverInput::sender_moved(Time now, const Message& message) const {
    if constexpr (std::is_same_v<Message, wire::CmdApplication>) {
        if (parts_.offer.plain || parts_.liveness.silence(now) < kMovedAfter) return false;
        const auto found = wire::Offer::parse(message.payload);
        return found && found->transfer == parts_.offer.transfer;
    }
    return false;
}

void ReceiverInput::on_sender_fields(Time now, const wire::SenderFields& fields) {
    SenderView& sender = parts_.sender;
    const Duration gathering = sender.gathering_time();
    const double group = sender.group_size();
    sender.on_fields(fields);
    if (sender.gathering_time() < gathering) requests_.shorten(now);
    // More are joining than was to be seen when this receiver chose its time.
    auto& timers = parts_.timers;
    constexpr auto kJoin = ReceiverTimer::join;
    if (sender.group_size() > group && timers.running(kJoin) && parts_.joining.untried())
        timers.set(kJoin, std::max(timers.at(kJoin), now + sender.random_spread(parts_.rng)));
}

void ReceiverInput::on_message(Time now, const wire::Message& message) {
    std::visit(
        Overloaded{[&](const wire::CmdApplication& m) { on_application(now, m.payload); },
                   [&](const wire::CmdFlush& m) { on_flush(now, m); },
                   [&](const wire::CmdCc& m) { on_probe(m); },
                   [&](const wire::CmdRepairAdv& m) { on_repair_adv(now, m); }, [](const auto&) {}},
        message);
}

void ReceiverInput::on_application(Time now, Bytes payload) {
    if (parts_.offer.plain) return;
    const auto message = wire::parse_sender_message(payload);
    if (!message) {
        if (!wire::is_skippable(message.error())) count_malformed(parts_.stats, message.error());
        return;
    }
    const auto ours = [&](const auto& m) { return m.transfer == parts_.offer.transfer; };
    if (!std::visit(ours, *message)) return;
    const bool unproven = parts_.unproven();
    std::visit(Overloaded{[&](const wire::Offer& m) { on_offer(now, m); },
                          [&](const wire::ReceiverStates& m) {
                              states_.on_states(now, m);
                              if (unproven && !parts_.unproven()) content_.on_confirmed(now);
                          },
                          [&](const wire::Digests& m) {
                              if (!unproven) content_.on_digests(m);
                          },
                          [&](const wire::Zeros& m) {
                              if (!unproven) content_.on_zeros(now, m);
                          },
                          [&](const wire::End& m) { states_.on_end(m); }},
               *message);
}

void ReceiverInput::on_offer(Time now, const wire::Offer& offer) {
    if (offer.stream != parts_.offer.object.stream) return;
    if (offer.stream && !parts_.unproven()) content_.on_stream_size(now, offer.object_size);
    parts_.sender.set_report_interval(offer.report_interval_us);
    states_.plan_report(now);
    if (parts_.stage == Stage::receiving && (offer.flags & wire::kOfferStarted))
        content_.start(now);
}

void ReceiverInput::on_flush(Time now, const wire::CmdFlush& flush) {
    const ObjectParams& object = parts_.offer.object;
    if (flush.object != object.id || flush.fec_id != object.fec_id) return;
    parts_.sender_idle = true;
    if (parts_.stage == Stage::receiving) {
        content_.start(now);
        requests_.on_flush(now, flush.id.block);
    }
    if (parts_.stage == Stage::offered) return;
    // A watermark is acknowledged once everything through it is here (RFC 5740 section 5.4.3).
    for (const NodeId node : flush.nodes) {
        if (node != parts_.config.node || !parts_.offer.plain ||
            !parts_.object.blocks().all_complete())
            continue;
        parts_.watermark = wire::FlushPosition{flush.fec_id, flush.object, flush.id};
        if (parts_.stage == Stage::telling)
            parts_.timers.set(ReceiverTimer::linger, now + std::chrono::seconds(1));
    }
}

// A receiver that nobody serves is kept silent by nobody.
void ReceiverInput::on_repair_adv(Time now, const wire::CmdRepairAdv& repair_adv) {
    const Time latest = std::max(parts_.liveness.progressed(), parts_.nacks.nacked());
    if (parts_.stage != Stage::receiving || now - latest > kUnserved) return;
    parts_.nacks.on_repair_adv(parts_.object.blocks(), repair_adv, now);
}

void ReceiverInput::on_probe(const wire::CmdCc& probe) {
    parts_.sender.on_probe(probe, parts_.loss.overtaken_at());
    if (parts_.stage == Stage::offered || !probe.send_rate) return;
    if (parts_.offer.plain) parts_.due.set(ReceiverDue::ack_cc);
    // Most blocks of a round trip wait for a repair where much is lost.
    const double held = std::min(parts_.sender.bytes_in_flight() / kPartInFlight, kMostParity);
    parts_.object.blocks().allow_parity(
        static_cast<std::size_t>(held / parts_.offer.object.segment_size));
}

}  // namespace mcast::protocol
