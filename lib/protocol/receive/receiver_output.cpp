// SPDX-License-Identifier: MIT
#include "protocol/receive/receiver_output.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "protocol/timestamp.hpp"
#include "wire/norm/quantize.hpp"

namespace mcast::protocol {
namespace {

using Due = ReceiverDue;

}  // namespace

bool ReceiverOutput::poll(Time now, Transmit& out) {
    out.clear();
    const MutableBytes space = out.control_space();
    if (parts_.stage == ReceiverStage::ended) return false;
    if (parts_.watermark) {
        out.set_control(put_watermark(space, now));
    } else if (parts_.due.take(Due::ack_cc)) {
        measure(now);
        out.set_control(put_ack(space, now, wire::kAckCc, {}));
    } else if (parts_.due.take(Due::join)) {
        out.set_control(put_join(space, now));
    } else if (parts_.discovery.take_info_request()) {
        out.set_control(put_info_request(space, now));
    } else if (poll_nack(now, out)) {
        return true;
    } else if (parts_.due.take(Due::digests)) {
        out.set_control(put_digest_request(space, now));
    } else if (parts_.due.take(Due::report)) {
        out.set_control(put_report(space, now));
    } else {
        return false;
    }
    return true;
}

wire::ExtCc ReceiverOutput::cc() const {
    const bool lossless = parts_.loss.latest().lost() == 0;
    const double factor = lossless ? 2 : 1;  // slow start doubles (RFC 5740 5.5.2)
    wire::ExtCc cc;
    cc.cc_sequence = parts_.sender.cc_sequence();
    cc.flags = lossless ? wire::kCcStart : std::uint8_t{0};
    cc.rtt = wire::quantize_rtt(to_seconds(parts_.sender.grtt()));
    cc.loss = wire::quantize_loss(parts_.loss.smoothed());
    const double rate = factor * parts_.delivery.rate().bytes_per_second();
    cc.rate = wire::quantize_rate(std::max(rate, 1.0));
    return cc;
}

std::size_t ReceiverOutput::put_ack(MutableBytes out, Time now, std::uint8_t type, Bytes payload) {
    wire::Ack ack;
    ack.source = {.sequence = 0, .node = parts_.config.node};
    ack.sender = parts_.offer.sender;
    ack.instance = parts_.chosen.instance();
    ack.type = type;
    ack.grtt_response = parts_.sender.grtt_response(now);
    ack.cc = cc();
    ack.payload = payload;
    return ack.serialize(out);
}

std::size_t ReceiverOutput::put_watermark(MutableBytes out, Time now) {
    std::array<std::uint8_t, 16> payload;
    const std::size_t size = parts_.watermark->serialize(payload);
    parts_.watermark.reset();
    return put_ack(out, now, wire::kAckFlush, Bytes(payload).first(size));
}

// One of our own messages, to a sender that understands them.
template <typename Message>
std::size_t ReceiverOutput::put_reply(MutableBytes out, Time now, Message message) {
    message.transfer = parts_.offer.transfer;
    if (const auto answer = parts_.sender.response(now)) message.echo = to_echo(*answer);
    std::array<std::uint8_t, 640> payload;
    const std::size_t size = message.serialize(payload);
    const wire::Source source{.sequence = 0, .node = parts_.config.node};
    return wire::NormReport{source, Bytes(payload).first(size)}.serialize(out);
}

// Rate and loss since they were last told.
void ReceiverOutput::measure(Time now) {
    parts_.loss.update(now);
    parts_.stats.lost = parts_.loss.settled(now).lost();
    parts_.stats.dropped_by_host = parts_.loss.latest().host_drops;
    parts_.delivery.measure(now);
}

std::size_t ReceiverOutput::put_join(MutableBytes out, Time now) {
    wire::Join join;
    join.challenge = parts_.config.challenge;
    const std::string host = wire::wire_text(parts_.config.host, 64);
    join.host = host;
    if (parts_.stage == ReceiverStage::telling) {
        join.error = parts_.farewell.error_number();
        join.message = parts_.farewell.text();
    }
    return put_reply(out, now, join);
}

// All of a large group come to their outcome at about the same time: they send a short message.
std::size_t ReceiverOutput::put_report(MutableBytes out, Time now) {
    measure(now);
    const Farewell& farewell = parts_.farewell;
    if (parts_.stage == ReceiverStage::telling && !farewell.failed() && parts_.sender.large_group())
        return put_reply(out, now, wire::Done{.root = farewell.root()});
    return put_reply(out, now, report(now));
}

wire::Report ReceiverOutput::report(Time now) {
    wire::Report report;
    if (const Farewell& farewell = parts_.farewell; parts_.stage == ReceiverStage::telling) {
        const bool failed = farewell.failed();
        report.state = failed ? wire::ReportState::failed : wire::ReportState::verified;
        report.error = farewell.error_number();
        report.message = farewell.text();
        if (!failed) report.root = farewell.root();
    }
    const auto in_32_bits = [](ByteCount bytes) {
        return static_cast<std::uint32_t>(std::min<ByteCount>(bytes, UINT32_MAX));
    };
    const LossMeter::Count& heard = parts_.loss.settled(now);
    report.packets_received = heard.received;
    report.packets_expected = heard.expected;
    report.bytes_done = parts_.object.reported_bytes();
    report.rate = wire::quantize_rate(parts_.delivery.rate().bytes_per_second());
    report.host_drops = static_cast<std::uint32_t>(heard.host_drops);
    report.backlog = in_32_bits(parts_.backlog.bytes);
    report.backlog_limit = in_32_bits(parts_.backlog.limit);
    report.reader_at_work = parts_.reader_at_work && parts_.stage == ReceiverStage::finishing;
    report.loss = wire::quantize_loss(parts_.loss.smoothed());
    report.sequence = heard.sequence;
    parts_.window.widen(now, {.position = parts_.nacks.position(),
                              .ordered = parts_.object.release_ordered(),
                              .awaits_network = parts_.object.awaits_network(),
                              .bytes_in_flight = parts_.sender.bytes_in_flight(),
                              .grtt = parts_.sender.grtt()});
    report.window_end = parts_.window.tell();
    return report;
}

std::size_t ReceiverOutput::put_digest_request(MutableBytes out, Time now) {
    const auto ranges = parts_.object.missing_digests(parts_.nacks.passed_all());
    wire::DigestRequest request;
    request.object = parts_.offer.object.id;
    request.ranges = wire::ChunkRangeList(std::span<const wire::ChunkRange>(ranges));
    return put_reply(out, now, request);
}

wire::Nack ReceiverOutput::nack_to(Time now, NodeId sender, bool plain) const {
    wire::Nack nack;
    nack.source = {.sequence = 0, .node = parts_.config.node};
    nack.sender = sender;
    nack.instance = parts_.chosen.instance();
    nack.grtt_response = parts_.sender.grtt_response(now);
    if (plain) nack.cc = cc();
    return nack;
}

std::size_t ReceiverOutput::put_nack(MutableBytes out, Time now, const wire::Nack& nack) {
    parts_.nacks.on_sent(now);
    ++parts_.stats.nacks;
    return nack.serialize(out);
}

bool ReceiverOutput::poll_nack(Time now, Transmit& out) {
    if (!parts_.due.has(Due::nack)) return false;
    // With its header it is no larger than a packet of data.
    const std::size_t most = std::clamp<std::size_t>(parts_.offer.object.segment_size,
                                                     512 + wire::kFeedbackHeader, 1400);
    std::vector<std::uint8_t> requests(most - wire::kFeedbackHeader);
    wire::Nack nack = nack_to(now, parts_.offer.sender, parts_.offer.plain);
    const auto page =
        parts_.nacks.build(parts_.object.blocks(), requests, requests_.conditions(now));
    if (page.last) parts_.due.clear(Due::nack);
    if (page.again) requests_.want_nack(now);
    nack.requests = page.requests;
    if (nack.requests.empty()) return false;
    out.set_control(put_nack(out.control_space(), now, nack));
    return true;
}

std::size_t ReceiverOutput::put_info_request(MutableBytes out, Time now) {
    const OfferInfo& candidate = parts_.discovery.candidate();
    std::array<std::uint8_t, 64> space;
    wire::RepairRequestWriter writer(space);
    const wire::RequestItem item{candidate.object.fec_id, candidate.object.id, {}};
    (void)writer.add({wire::kRequestInfo, item, item});
    wire::Nack nack = nack_to(now, candidate.sender, candidate.plain);
    nack.requests = writer.finish();
    return put_nack(out, now, nack);
}

}  // namespace mcast::protocol
