// SPDX-License-Identifier: MIT
#include <string>

#include "support.hpp"
#include "support/catch.hpp"
#include "wire/norm/extension.hpp"

using namespace mcast;
using namespace mcast::wire;
using namespace mcast::wire::test;

namespace {

constexpr auto kRs8 = "libnorm_rs8.txt";
constexpr auto k129 = "libnorm_129.txt";

/// libnorm fills the reserved field of EXT_CC with the lower half of its loss; ours is zero.
Buffer without_reserved_cc(const Vector& vector) {
    Buffer bytes = vector.bytes;
    const Header header = parse_header(bytes).value();
    std::size_t fixed = 0;
    if (header.type == MessageType::nack || header.type == MessageType::ack) fixed = 24;
    if (header.type == MessageType::cmd && bytes[12] == 5) fixed = 16;
    if (fixed != 0 && bytes.at(fixed) == kExtCc) bytes.at(fixed + 10) = bytes.at(fixed + 11) = 0;
    return bytes;
}

std::string text_of(Bytes bytes) {
    return {bytes.begin(), bytes.end()};
}

RequestItem symbol(FecId fec_id, std::uint32_t block, std::uint16_t symbol, std::uint16_t length) {
    return {.fec_id = fec_id,
            .object = ObjectId{0},
            .id = {.block = block, .symbol = symbol, .block_length = length}};
}

}  // namespace

TEST_CASE("every message that libnorm sends is serialised to the same bytes again", "[wire]") {
    for (const auto* file : {kRs8, k129}) {
        for (const auto& vector : load_vectors(file)) {
            INFO(file << ": " << vector.name);
            const auto message = parse(vector.bytes);
            REQUIRE(error_of(message) == "none");
            CHECK(to_hex(bytes_of(*message)) == to_hex(without_reserved_cc(vector)));
        }
    }
}

TEST_CASE("no header that libnorm sends is understood when it is cut short", "[wire]") {
    for (const auto* file : {kRs8, k129}) {
        for (const auto& vector : load_vectors(file)) {
            INFO(file << ": " << vector.name);
            const std::size_t header = std::size_t{4} * vector.bytes[1];
            for (std::size_t size = 0; size < header; ++size) {
                CHECK_FALSE(parse(Bytes(vector.bytes).first(size)));
            }
        }
    }
}

TEST_CASE("libnorm's INFO gives name, size and cut of the file", "[wire][5740-4.2.2]") {
    for (const auto* file : {kRs8, k129}) {
        const Buffer bytes = vector_named(file, "info");
        const Info info = again<Info>(bytes);
        CHECK(text_of(info.payload) == "hello.txt");
        CHECK(info.source == Source{.sequence = 2, .node = NodeId{4'000'000'000}});
        CHECK(info.sender == SenderFields{.instance = InstanceId{77}, .grtt = 86});
        CHECK(info.flags == (kFlagInfo | kFlagFile));
        CHECK(info.fti ==
              Fti{.object_size = 1890, .segment_size = 32, .block_size = 20, .parity = 4});
    }
}

TEST_CASE("libnorm's DATA names its symbol by the layout of its FEC id", "[wire][5740-4.2.1]") {
    const Buffer rs8 = vector_named(kRs8, "data last, short");
    CHECK(again<Data>(rs8).fec_id == FecId::rs8);
    CHECK(again<Data>(rs8).id == PayloadId{.block = 2, .symbol = 19});
    CHECK(again<Data>(rs8).payload.size() == 2);
    const Buffer parity = vector_named(k129, "data parity");
    CHECK(again<Data>(parity).fec_id == FecId::small_block);
    CHECK(again<Data>(parity).id == PayloadId{.block = 0, .symbol = 20, .block_length = 20});
    CHECK(again<Data>(parity).payload.size() == 32);
}

TEST_CASE("libnorm's watermark names the nodes that are to acknowledge", "[wire][5740-4.2.3]") {
    const Buffer bytes = vector_named(kRs8, "flush watermark of two");
    const auto flush = again<CmdFlush>(bytes);
    REQUIRE(flush.nodes.size() == 2);
    CHECK(flush.nodes[0] == NodeId{1});
    CHECK(flush.nodes[1] == NodeId{2});
    CHECK(flush.id == PayloadId{.block = 2, .symbol = 19});
    const Buffer plain = vector_named(kRs8, "flush");
    CHECK(again<CmdFlush>(plain).nodes.empty());
}

TEST_CASE("libnorm's CMD(CC) gives send time, rate and what it knows of nodes",
          "[wire][5740-4.2.3]") {
    const Buffer bytes = vector_named(kRs8, "cc with nodes");
    const auto cc = again<CmdCc>(bytes);
    CHECK(cc.cc_sequence == 49);
    CHECK(cc.sent == Timestamp{.seconds = 1'795'263'032, .microseconds = 284'768});
    CHECK(cc.send_rate == 0x2005);
    REQUIRE(cc.nodes.size() == 4);
    CHECK(cc.nodes[0] ==
          CcNode{.node = NodeId{2}, .flags = kCcClr | kCcRtt, .rtt = 132, .rate = 0x33a3});
}

TEST_CASE("libnorm's ACKs give the round trip, congestion and the watermark",
          "[wire][5740-4.3.2]") {
    const Buffer bytes = vector_named(k129, "ack flush");
    const Ack ack = again<Ack>(bytes);
    CHECK(ack.type == kAckFlush);
    CHECK(ack.sender == NodeId{4'000'000'000});
    CHECK(ack.instance == InstanceId{77});
    CHECK(ack.grtt_response == Timestamp{.seconds = 1'795'263'022, .microseconds = 652'097});
    CHECK(ack.cc == ExtCc{.cc_sequence = 0, .flags = 0, .rtt = 148, .loss = 37, .rate = 0xf883});
    const auto position = FlushPosition::parse(ack.payload);
    REQUIRE(position);
    CHECK(*position == FlushPosition{.fec_id = FecId::small_block,
                                     .object = ObjectId{0},
                                     .id = {.block = 2, .symbol = 19, .block_length = 20}});
    CHECK(to_hex(bytes_of(*position)) == to_hex(ack.payload));
}

TEST_CASE("libnorm's NACK lists ranges and single symbols in order", "[wire][5740-4.3.1]") {
    const Buffer bytes = vector_named(kRs8, "nack, longest");
    std::vector<RepairRequest> seen;
    const auto count = for_each_request(again<Nack>(bytes).requests,
                                        [&](const RepairRequest& r) { seen.push_back(r); });
    CHECK(count == 2u);
    const auto single = symbol(FecId::rs8, 1, 20, 0);
    CHECK(seen == std::vector<RepairRequest>{{.flags = kRequestSegment,
                                              .first = symbol(FecId::rs8, 0, 20, 0),
                                              .last = symbol(FecId::rs8, 0, 22, 0)},
                                             {kRequestSegment, single, single}});
}

TEST_CASE("libnorm's REPAIR_ADV lists the repairs of several blocks", "[wire][5740-4.2.3]") {
    const Buffer bytes = vector_named(k129, "repair_adv with requests");
    std::vector<RepairRequest> seen;
    const auto count = for_each_request(again<CmdRepairAdv>(bytes).requests,
                                        [&](const RepairRequest& r) { seen.push_back(r); });
    CHECK(count == 9u);
    REQUIRE(seen.size() == 9);
    CHECK(seen[4].first == symbol(FecId::small_block, 2, 20, 20));
    CHECK(seen[4].last == symbol(FecId::small_block, 2, 23, 20));
    CHECK(seen[8].first == symbol(FecId::small_block, 6, 21, 20));
}
