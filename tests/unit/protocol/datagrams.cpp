// SPDX-License-Identifier: MIT
#include "datagrams.hpp"

#include <array>

#include "base/assert.hpp"
#include "protocol/timestamp.hpp"

namespace mcast::protocol::test {

ObjectParams ten_by_ten(std::uint32_t blocks) {
    return {.id = ObjectId{7},
            .size = ByteCount{blocks} * 10'000,
            .segment_size = 1000,
            .block_size = 10,
            .parity = 10,
            .fec_id = wire::FecId::rs8};
}

ObjectParams stream_of_tens(std::optional<ByteCount> size) {
    ObjectParams object = ten_by_ten(0);
    object.stream = true;
    object.size = size.value_or(object.stream_limit());
    return object;
}

wire::SenderFields FakeSender::fields() const {
    return {.instance = instance,
            .grtt = wire::quantize_rtt(grtt),
            .backoff = backoff,
            .gsize = wire::quantize_gsize(group)};
}

wire::Offer FakeSender::offer_message(std::uint8_t flags) const {
    wire::Offer offer;
    offer.transfer = transfer;
    offer.flags = flags;
    offer.fec_id = object.fec_id;
    offer.digest = DigestAlgorithm{digest.algorithm};
    offer.object = object.id;
    offer.stream = object.stream;
    offer.segment_size = object.wire_segment();
    offer.block_size = object.block_size;
    offer.parity = object.parity;
    offer.object_size = object.open() ? wire::Offer::kUnknownSize : object.size;
    offer.chunk_size = digest.chunk_size;
    offer.report_interval_us = report_interval_us;
    offer.name = name;
    offer.host = "host";
    return offer;
}

Buffer FakeSender::offer(std::uint8_t flags) {
    return application(bytes_of(offer_message(flags)));
}

Buffer FakeSender::application(Bytes payload) {
    return bytes_of(wire::CmdApplication{source(), fields(), payload});
}

Buffer FakeSender::receiver_states(NodeId receiver, wire::ReceiverState state,
                                   std::uint16_t error) {
    const std::array<wire::ReceiverEntry, 1> entries{{{receiver, challenge}}};
    wire::ReceiverStates states{.transfer = transfer, .state = state, .error = error};
    if (state == wire::ReceiverState::done) states.root = root;
    states.entries = wire::ReceiverList(std::span<const wire::ReceiverEntry>(entries));
    return application(bytes_of(states));
}

Buffer FakeSender::digests(std::uint32_t first, std::uint32_t count) {
    const Buffer zeros(std::size_t{digest.width} * count, 0);
    wire::Digests digests;
    digests.transfer = transfer;
    digests.object = object.id;
    digests.algorithm = DigestAlgorithm{digest.algorithm};
    digests.first = first;
    digests.total = object.stream ? UINT32_MAX : digest.chunk_count(object.size);
    digests.digests = zeros;
    return application(bytes_of(digests));
}

Buffer FakeSender::zeros(const std::vector<wire::BlockRange>& ranges) {
    return application(bytes_of(wire::Zeros{
        .transfer = transfer, .object = object.id, .ranges = wire::BlockRangeList(ranges)}));
}

Buffer FakeSender::end(std::uint16_t error, std::string message) {
    return application(bytes_of(wire::End{.transfer = transfer,
                                          .error = error,
                                          .message = message,
                                          .root = error == 0 ? Bytes(root) : Bytes()}));
}

Buffer FakeSender::info(bool fti) {
    wire::Info info;
    info.source = source();
    info.sender = fields();
    info.flags = static_cast<std::uint8_t>(wire::kFlagInfo | object.type_flag());
    info.fec_id = object.fec_id;
    info.object = object.id;
    if (fti)
        info.fti = wire::Fti{object.size, object.wire_segment(), object.block_size, object.parity};
    info.payload = Bytes(reinterpret_cast<const std::uint8_t*>(name.data()), name.size());
    return bytes_of(info);
}

wire::Data FakeSender::data_message(std::uint32_t block, std::uint16_t esi) {
    static const Buffer zeros(70'000, 0);
    const auto partition = object.partition();
    const std::uint16_t length = partition.block_length(block);
    wire::Data data;
    data.source = source();
    data.sender = fields();
    data.flags = static_cast<std::uint8_t>(object.type_flag() | wire::kFlagInfo);
    data.fec_id = object.fec_id;
    data.object = object.id;
    data.id = {block, esi, partition.parity_base(block)};
    const std::size_t content =
        esi < length ? partition.symbol_size(block, esi) : partition.parity_size(block);
    data.payload = Bytes(zeros).first(object.symbol_header() + content);
    return data;
}

Buffer FakeSender::data(std::uint32_t block, std::uint16_t esi, std::uint8_t flags, bool fti) {
    wire::Data data = data_message(block, esi);
    data.flags = static_cast<std::uint8_t>(data.flags | flags);
    if (fti)
        data.fti = wire::Fti{object.size, object.wire_segment(), object.block_size, object.parity};
    return bytes_of(data);
}

Buffer FakeSender::flush(std::vector<NodeId> nodes) {
    wire::CmdFlush flush;
    flush.source = source();
    flush.sender = fields();
    flush.fec_id = object.fec_id;
    flush.object = object.id;
    const auto partition = object.partition();
    if (const auto blocks = static_cast<std::uint32_t>(partition.block_count()); blocks > 0) {
        const std::uint16_t length = partition.block_length(blocks - 1);
        flush.id = {blocks - 1, static_cast<std::uint16_t>(length - 1), length};
    }
    flush.nodes = wire::NodeList(std::span<const NodeId>(nodes));
    return bytes_of(flush);
}

Buffer FakeSender::probe(wire::Timestamp sent) {
    wire::CmdCc probe;
    probe.source = source();
    probe.sender = fields();
    probe.sent = sent;
    probe.send_rate = wire::quantize_rate(1e6);
    return bytes_of(probe);
}

Buffer FakeReceiver::ack(std::uint8_t type, Bytes payload) const {
    wire::Ack ack;
    ack.source.node = node;
    ack.sender = sender;
    ack.instance = instance;
    ack.type = type;
    ack.grtt_response = response;
    ack.payload = payload;
    return bytes_of(ack);
}

template <typename Message>
Buffer FakeReceiver::reply(Message message) const {
    message.transfer = transfer;
    if (!response.none()) message.echo = to_echo(from_timestamp(response));
    const Buffer payload = bytes_of(message);
    return bytes_of(wire::NormReport{{.sequence = 0, .node = node}, payload});
}

Buffer FakeReceiver::join(std::string host) const {
    return reply(wire::Join{.challenge = challenge, .host = host});
}

Buffer FakeReceiver::decline(std::uint16_t error, std::string message) const {
    return reply(
        wire::Join{.challenge = challenge, .host = "lab", .error = error, .message = message});
}

Buffer FakeReceiver::report(wire::Report report) const {
    return reply(report);
}

Buffer FakeReceiver::done() const {
    return reply(wire::Done{.root = root});
}

Buffer FakeReceiver::verified() const {
    return report({.state = wire::ReportState::verified, .root = root});
}

Buffer FakeReceiver::failed(std::uint16_t error, std::string message) const {
    return report({.state = wire::ReportState::failed, .error = error, .message = message});
}

Buffer FakeReceiver::digest_request(std::uint32_t first, std::uint32_t last) const {
    const std::array<wire::ChunkRange, 1> ranges{{{first, last}}};
    wire::DigestRequest request;
    request.object = ObjectId{7};
    request.ranges = wire::ChunkRangeList(std::span<const wire::ChunkRange>(ranges));
    return reply(request);
}

Buffer FakeReceiver::nack(const std::vector<wire::RepairRequest>& requests) const {
    const Buffer payload = requests_of(requests);
    wire::Nack nack;
    nack.source.node = node;
    nack.sender = sender;
    nack.instance = instance;
    nack.grtt_response = response;
    nack.requests = payload;
    return bytes_of(nack);
}

Buffer FakeReceiver::ack_cc(double loss) const {
    wire::Ack ack;
    ack.source.node = node;
    ack.sender = sender;
    ack.instance = instance;
    ack.type = wire::kAckCc;
    ack.cc = wire::ExtCc{.loss = wire::quantize_loss(loss)};
    return bytes_of(ack);
}

Buffer FakeReceiver::ack_flush(wire::PayloadId id) const {
    std::array<std::uint8_t, 16> payload{};
    const auto size = wire::FlushPosition{wire::FecId::rs8, ObjectId{7}, id}.serialize(payload);
    return ack(wire::kAckFlush, Bytes(payload).first(size));
}

wire::RepairRequest ask_symbols(std::uint32_t block, std::uint16_t first, std::uint16_t last,
                                ObjectId id) {
    return {wire::kRequestSegment,
            {wire::FecId::rs8, id, {block, first, 0}},
            {wire::FecId::rs8, id, {block, last, 0}}};
}
wire::RepairRequest ask_blocks(std::uint32_t first, std::uint32_t last, ObjectId id) {
    return {wire::kRequestBlock,
            {wire::FecId::rs8, id, {first, 0, 0}},
            {wire::FecId::rs8, id, {last, 0, 0}}};
}
wire::RepairRequest ask_info(ObjectId id) {
    return {wire::kRequestInfo, {wire::FecId::rs8, id, {}}, {wire::FecId::rs8, id, {}}};
}
wire::RepairRequest ask_object(ObjectId id) {
    return {wire::kRequestObject, {wire::FecId::rs8, id, {}}, {wire::FecId::rs8, id, {}}};
}

Buffer requests_of(const std::vector<wire::RepairRequest>& requests) {
    Buffer out(60'000);
    wire::RepairRequestWriter writer(out);
    for (const auto& request : requests) MCAST_ASSERT(writer.add(request));
    out.resize(writer.finish().size());
    return out;
}

std::vector<wire::RepairRequest> parse_requests(Bytes requests) {
    std::vector<wire::RepairRequest> all;
    (void)wire::for_each_request(requests, [&](const auto& request) { all.push_back(request); });
    return all;
}

}  // namespace mcast::protocol::test
