// SPDX-License-Identifier: MIT
#include "protocol/send/sender_input.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "base/overloaded.hpp"
#include "protocol/malformed.hpp"
#include "protocol/timestamp.hpp"
#include "wire/norm/quantize.hpp"

namespace mcast::protocol {

SenderInput::SenderInput(SenderParts& parts, SenderClock& clock)
    : parts_(parts),
      clock_(clock),
      admission_(parts, clock),
      repairs_(parts),
      reports_(parts, clock),
      strangers_(parts.config, parts.notices) {}

void SenderInput::handle(Time now, Bytes datagram, const Origin& from) {
    if (parts_.stage.ended()) return;
    const auto message = wire::parse(datagram);
    if (!message) return count_malformed(parts_.stats, message.error());
    clock_.on_time(now);
    std::visit(Overloaded{[&](const wire::Nack& nack) { on_nack(now, nack, from); },
                          [&](const wire::Ack& ack) { on_ack(now, ack, from); },
                          [&](const wire::NormReport& report) { on_private(now, report, from); },
                          [&](const wire::CmdApplication& command) {
                              strangers_.on_sender(command.source.node, command.sender.instance,
                                                   command.payload);
                          },
                          [&](const auto& other) {
                              strangers_.on_sender(other.source.node, other.sender.instance, {});
                          }},
               *message);
}

void SenderInput::on_nack(Time now, const wire::Nack& nack, const Origin& from) {
    if (nack.sender != parts_.config.node || nack.instance != parts_.config.instance) return;
    Member* member = admission_.heard(now, nack.source.node, from);
    if (member == nullptr) {
        if (parts_.stage.sending()) repairs_.squelch(now);
        return;
    }
    ++parts_.stats.nacks;
    parts_.reporters.on_nack(*member);
    const auto response = when(nack.grtt_response);
    take_rtt(parts_, now, member, response);
    if (parts_.stage.sending()) repairs_.on_nack(now, *member, nack, response);
}

// Messages of our own receivers. Only a join is taken from a receiver that has not joined: the rest
// comes again.
void SenderInput::on_private(Time now, const wire::NormReport& message, const Origin& from) {
    const auto parsed = wire::parse_receiver_message(message.payload);
    if (!parsed) {
        if (!wire::is_skippable(parsed.error())) count_malformed(parts_.stats, parsed.error());
        return;
    }
    const NodeId node = message.source.node;
    std::visit(
        [&](const auto& m) {
            if (m.transfer != parts_.config.transfer) return;
            using M = std::decay_t<decltype(m)>;
            if constexpr (std::is_same_v<M, wire::Join>) {
                admission_.on_join(now, node, m, from);
            } else if (Member* member = admission_.heard(now, node, from)) {
                take_rtt(parts_, now, member, when(m.echo, now));
                if constexpr (std::is_same_v<M, wire::DigestRequest>)
                    repairs_.on_digest_request(*member, m);
                if constexpr (std::is_same_v<M, wire::Report>) reports_.on_report(now, *member, m);
                if constexpr (std::is_same_v<M, wire::Done>)
                    reports_.on_verified(now, *member, m.root);
            }
        },
        *parsed);
}

// An ACK comes from plain receivers only.
void SenderInput::on_ack(Time now, const wire::Ack& ack, const Origin& from) {
    if (ack.sender != parts_.config.node || ack.instance != parts_.config.instance) return;
    if (!parts_.config.plain) {
        ++parts_.stats.foreign;
        return strangers_.on_plain_receiver(ack.source.node);
    }
    if (ack.type == wire::kAckCc || ack.type == wire::kAckFlush) on_plain(now, ack, from);
}

// A NORM receiver that knows nothing of our joins and reports shows itself by its answers to
// CMD(CC), and has the file when it acknowledges the watermark.
void SenderInput::on_plain(Time now, const wire::Ack& ack, const Origin& from) {
    Member* member = admission_.heard_plain(now, ack.source.node, from);
    if (member == nullptr) return;
    take_rtt(parts_, now, member, when(ack.grtt_response));
    if (!member->plain || !member->in_progress()) return;
    member->reported = now;
    if (ack.cc) on_congestion(*member, wire::loss_from(ack.cc->loss));
    if (ack.type != wire::kAckFlush || !parts_.stage.sending()) return;
    const auto position = wire::FlushPosition::parse(ack.payload);
    if (!position || position->object != parts_.config.object.id) return;
    if (!has_all(position->id)) return on_watermark(now, *member, position->id);
    member->bytes_done = member->bytes_reached = parts_.config.object.size;
    clock_.end_member(now, *member, State::success, {});
}

// The watermark is the last, behind which nothing comes.
bool SenderInput::has_all(const wire::PayloadId& watermark) const {
    const ObjectParams& object = parts_.config.object;
    if (!parts_.object.sent_all() || object.open()) return false;
    if (object.stream) {
        const wire::PayloadId end = parts_.object.behind_end();
        return watermark.block == end.block && watermark.symbol == end.symbol;
    }
    const std::uint64_t blocks = parts_.object.partition().block_count();
    return blocks == 0 || watermark.block == blocks - 1;
}

// A plain receiver of a stream has passed on all content before the watermark: it needs no repair
// of that.
void SenderInput::on_watermark(Time now, Member& member, const wire::PayloadId& watermark) {
    if (!parts_.config.object.stream) return;
    const ByteCount block = parts_.config.object.block_bytes();
    const bool whole = watermark.symbol + 1 >= parts_.config.object.block_size;
    const ByteCount has =
        std::min((watermark.block + (whole ? ByteCount{1} : 0)) * block, parts_.object.position());
    if (has <= member.bytes_done) return;
    member.bytes_done = member.bytes_reached = has;
    member.progress.pause(now);
    parts_.group.recount_soon();
}

// A plain receiver tells the loss only, not of how many packets: 1000 are assumed.
void SenderInput::on_congestion(Member& member, double loss) {
    member.loss = loss;
    if (!parts_.stage.started() || !member.attached || !parts_.reporters.has(member)) return;
    parts_.rate.control().on_sample(member.id(),
                                    {.first = parts_.history.next(),
                                     .expected = 1000,
                                     .received = static_cast<std::uint64_t>(1000 * (1 - loss)),
                                     .host_drops = 0,
                                     .backlog = 0,
                                     .rtt = {},
                                     .estimate = true});
}

}  // namespace mcast::protocol
