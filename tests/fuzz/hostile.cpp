// SPDX-License-Identifier: MIT
#include "hostile.hpp"

#include <array>
#include <string>

#include "wire/norm/quantize.hpp"

namespace mcast::fuzz {
namespace {

// As many blocks can be named, however small they are.
constexpr ByteCount kMostBytes = 1 << 23;

using protocol::test::Buffer;
using protocol::test::bytes_of;
using protocol::test::FakeReceiver;
using protocol::test::FakeSender;

// Mostly the right identity, so that what is said gets beyond the first check.
void disguise(FakeSender& sender, Input& input) {
    const std::uint8_t change = input.u8();
    sender.sequence = input.u16();
    if (change & 1) {
        sender.grtt = wire::rtt_from(input.u8());
        sender.backoff = input.u8() & 15;
        sender.group = wire::gsize_from(input.u8() & 15);
    }
    if (change & 2) sender.instance = InstanceId{input.u16()};
    if (change & 4) sender.node = NodeId{input.u32()};
    if (change & 8) sender.transfer = input.u32();
    if (change & 16) sender.challenge = input.u64();
    if (change & 32) sender.report_interval_us = input.u32();
    if (change & 64) sender.root[0] = input.u8();
    if (change & 128) sender.object.size = input.u32() % kMostBytes;
}

Buffer command(Input& input, const wire::Source& source, const wire::SenderFields& fields) {
    switch (input.u8() & 3) {
        case 0:
            return bytes_of(wire::CmdEot{source, fields});
        case 1:
            return bytes_of(wire::CmdAckReq{source, fields, input.u8(), input.u8(), {}});
        default: {
            wire::CmdSquelch squelch;
            squelch.source = source;
            squelch.sender = fields;
            squelch.object = ObjectId{input.u16()};
            return bytes_of(squelch);
        }
    }
}

Buffer probe(FakeSender& sender, NodeId listener, Input& input) {
    const std::array<wire::CcNode, 1> nodes{{{listener, input.u8(), input.u8(), input.u16()}}};
    wire::CmdCc probe;
    probe.source = sender.source();
    probe.sender = sender.fields();
    probe.cc_sequence = input.u16();
    probe.sent = {3600U + input.u8(), input.u32()};
    if (const std::uint16_t rate = input.u16(); rate != 0) probe.send_rate = rate;
    probe.nodes = wire::CcNodeList(std::span<const wire::CcNode>(nodes));
    return bytes_of(probe);
}

Buffer repair_adv(FakeSender& sender, Input& input) {
    const Buffer requests = protocol::test::requests_of(requests_from(input, sender.object.id));
    wire::CmdRepairAdv repair_adv;
    repair_adv.source = sender.source();
    repair_adv.sender = sender.fields();
    repair_adv.flags = input.u8();
    repair_adv.requests = requests;
    return bytes_of(repair_adv);
}

Buffer flush(FakeSender& sender, NodeId listener, Input& input) {
    const std::array<NodeId, 1> nodes{listener};
    wire::CmdFlush flush;
    flush.source = sender.source();
    flush.sender = sender.fields();
    flush.fec_id = sender.object.fec_id;
    flush.object = sender.object.id;
    flush.id = {input.u32() & 0xffffff, input.u8(), 0};
    if (input.u8() & 1) flush.nodes = wire::NodeList(std::span<const NodeId>(nodes));
    return bytes_of(flush);
}

Buffer digests(FakeSender& sender, Input& input) {
    const std::size_t width = sender.digest.width;
    const Bytes some = input.take(input.u8());
    Buffer bytes(some.begin(),
                 some.begin() + static_cast<std::ptrdiff_t>(some.size() / width * width));
    if (bytes.empty()) bytes.resize(width);
    wire::Digests digests;
    digests.transfer = sender.transfer;
    digests.object = sender.object.id;
    digests.algorithm = DigestAlgorithm{sender.digest.algorithm};
    digests.first = input.u16();
    digests.total = input.u8() & 1 ? input.u32() : sender.digest.chunk_count(sender.object.size);
    digests.digests = bytes;
    return sender.application(bytes_of(digests));
}

Buffer zeros(FakeSender& sender, Input& input) {
    std::vector<wire::BlockRange> ranges;
    for (int n = input.u8() & 7; n >= 0; --n) {
        const std::uint32_t first = input.u16();
        ranges.push_back({first, first + (input.u8() & 1 ? input.u8() : input.u32())});
    }
    return sender.zeros(ranges);
}

Buffer data(FakeSender& sender, Input& input) {
    const auto partition = sender.object.partition();
    if (partition.block_count() == 0) return sender.info();
    const auto block = static_cast<std::uint32_t>(input.u16() % partition.block_count());
    const auto symbols = partition.block_length(block) + sender.object.parity;
    return sender.data(block, static_cast<std::uint16_t>(input.u8() % symbols), input.u8(),
                       (input.u8() & 7) == 0);
}

wire::Report report_from(const FakeReceiver& receiver, Input& input) {
    wire::Report report;
    report.state = wire::ReportState{static_cast<std::uint8_t>(input.u8() % 3)};
    report.packets_received = (input.u8() & 1 ? input.u64() : input.u16()) & wire::Report::kMost48;
    report.packets_expected = (input.u8() & 1 ? input.u64() : input.u16()) & wire::Report::kMost48;
    report.bytes_done = (input.u8() & 1 ? input.u64() : input.u32()) & wire::Report::kMost48;
    report.loss = input.u16();
    report.rate = input.u16();
    report.sequence = input.u16();
    const std::uint8_t parts = input.u8();
    if (parts & 1) report.host_drops = input.u32();
    if (parts & 2) report.backlog = input.u32();
    if (parts & 2) report.backlog_limit = input.u32();
    if (parts & 4) report.window_end = input.u32();
    if (parts & 8) report.error = input.u16();
    if (parts & 16) report.root = receiver.root;
    return report;
}

Buffer ack_cc(const FakeReceiver& receiver, Input& input) {
    wire::Ack ack;
    ack.source.node = receiver.node;
    ack.sender = receiver.sender;
    ack.instance = receiver.instance;
    ack.type = input.u8();
    ack.grtt_response = receiver.response;
    ack.cc = wire::ExtCc{input.u16(), input.u8(), input.u8(), input.u16(), input.u16()};
    return bytes_of(ack);
}

}  // namespace

std::vector<wire::RepairRequest> requests_from(Input& input, ObjectId object) {
    using namespace protocol::test;
    std::vector<wire::RepairRequest> requests;
    for (int n = input.u8() & 7; n >= 0; --n) {
        const std::uint32_t block = input.u8() & 1 ? input.u8() : input.u32() & 0xffffff;
        switch (input.u8() & 3) {
            case 0:
                requests.push_back(ask_symbols(block, input.u8(), 255, object));
                break;
            case 1:
                requests.push_back(ask_blocks(block, 0xffffff, object));
                break;
            case 2:
                requests.push_back(ask_info(object));
                break;
            default:
                requests.push_back(ask_object(object));
                break;
        }
    }
    return requests;
}

Buffer sender_says(FakeSender sender, NodeId listener, Input& input) {
    disguise(sender, input);
    switch (input.u8() % 12) {
        case 0:
            return sender.offer(input.u8());
        case 1:
            return sender.receiver_states(input.u8() & 1 ? listener : NodeId{input.u32()},
                                          wire::ReceiverState{input.u8()}, input.u16());
        case 2:
            return digests(sender, input);
        case 3:
            return sender.end(input.u8() & 1 ? input.u16() : std::uint16_t{0}, "so be it");
        case 4:
            return sender.info(input.u8() & 1);
        case 5:
            return flush(sender, listener, input);
        case 6:
            return probe(sender, listener, input);
        case 7:
            return repair_adv(sender, input);
        case 8:
            return command(input, sender.source(), sender.fields());
        case 9:
            return sender.application(input.take(input.u8()));
        case 10:
            return zeros(sender, input);
        default:
            return data(sender, input);
    }
}

Buffer receiver_says(const FakeReceiver& receiver, ObjectId object, Input& input) {
    switch (input.u8() % 10) {
        case 0:
            return receiver.decline(input.u16(), "I cannot");
        case 1:
            return receiver.report(report_from(receiver, input));
        case 2:
            return receiver.verified();
        case 3:
            return receiver.done();
        case 4:
            return receiver.nack(requests_from(input, object));
        case 5:
            return receiver.digest_request(input.u16(), UINT32_MAX - input.u8());
        case 6:
            return ack_cc(receiver, input);
        case 7:
            return receiver.ack_flush({input.u16(), input.u8(), 0});
        case 8:
            return bytes_of(
                wire::NormReport{{.sequence = 0, .node = receiver.node}, input.take(input.u8())});
        default:
            return receiver.join("lab");
    }
}

}  // namespace mcast::fuzz
