// SPDX-License-Identifier: MIT
#include "wire/norm/message.hpp"

#include <array>

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::wire;
using namespace mcast::wire::test;

namespace {

const Buffer kText = from_hex("68 65 6c 6c 6f");
constexpr Fti kCut{
    .object_size = 0x123456789abc, .segment_size = 60000, .block_size = 200, .parity = 55};
constexpr std::array kNodes{NodeId{1}, NodeId{0xfffffffe}, NodeId{3}};
constexpr std::array kObjects{ObjectId{0}, ObjectId{0xffff}};
constexpr ExtCc kCc{.cc_sequence = 7, .flags = kCcRtt, .rtt = 76, .loss = 655, .rate = 0x4006};

PayloadId id_for(FecId fec_id) {
    if (fec_id == FecId::rs8) return {.block = 0xfffffe, .symbol = 254};
    return {.block = 0xfffffffe, .symbol = 0x1234, .block_length = 199};
}

/// One of each kind; with both FEC ids, with and without what is optional.
std::vector<Message> all_kinds() {
    std::vector<Message> all;
    for (const FecId fec : {FecId::rs8, FecId::small_block}) {
        const ObjectId object{0xfffe};
        const PayloadId id = id_for(fec);
        all.insert(all.end(),
                   {Info{kSource, kSender, kFlagFile, fec, object, kCut, kText},
                    Info{kSource, kSender, kFlagFile, fec, object, {}, {}},
                    Data{kSource, kSender, kFlagInfo, fec, object, id, kCut, kText},
                    Data{kSource, kSender, kFlagRepair, fec, object, id, {}, kText},
                    CmdFlush{kSource, kSender, fec, object, id, NodeList(kNodes)},
                    CmdFlush{kSource, kSender, fec, object, id, {}},
                    CmdSquelch{kSource, kSender, fec, object, id, ObjectList(kObjects)}});
    }
    static constexpr std::array kCcNodes{CcNode{NodeId{9}, kCcClr, 1, 0x4006}, CcNode{}};
    const Timestamp time{.seconds = 0x80000001, .microseconds = 999'999};
    all.insert(all.end(), {CmdEot{kSource, kSender},
                           CmdCc{kSource, kSender, 77, time, 0x4006, CcNodeList(kCcNodes)},
                           CmdCc{kSource, kSender, 77, time, {}, {}},
                           CmdRepairAdv{kSource, kSender, kRepairAdvLimit, kCc, kText},
                           CmdRepairAdv{kSource, kSender, 0, {}, {}},
                           CmdAckReq{kSource, kSender, 17, 3, NodeList(kNodes)},
                           CmdApplication{kSource, kSender, kText},
                           Nack{kSource, NodeId{5}, InstanceId{6}, time, kCc, kText},
                           Nack{kSource, NodeId{5}, InstanceId{6}, {}, {}, {}},
                           Ack{kSource, NodeId{5}, InstanceId{6}, 17, 200, time, kCc, kText},
                           Ack{kSource, NodeId{5}, InstanceId{6}, kAckCc, 0, {}, {}, {}}});
    return all;
}

std::size_t header_size(const Buffer& datagram) {
    return std::size_t{4} * datagram.at(1);
}

}  // namespace

TEST_CASE("every kind of message survives bytes", "[wire]") {
    for (const auto& message : all_kinds()) {
        const Buffer bytes = bytes_of(message);
        INFO(to_hex(bytes));
        const auto parsed = parse(bytes);
        REQUIRE(error_of(parsed) == "none");
        CHECK(parsed->index() == message.index());
        CHECK(to_hex(bytes_of(*parsed)) == to_hex(bytes));
        CHECK(header_size(bytes) <= kMaxHeader);
    }
}

TEST_CASE("no kind of message is understood when its header is cut short", "[wire]") {
    for (const auto& message : all_kinds()) {
        const Buffer bytes = bytes_of(message);
        INFO(to_hex(bytes));
        for (std::size_t size = 0; size < header_size(bytes); ++size) {
            CHECK_FALSE(parse(Bytes(bytes).first(size)));
        }
    }
}

TEST_CASE("no kind of message is understood when hdr_len leaves out a field", "[wire]") {
    for (const auto& message : all_kinds()) {
        const Buffer whole = bytes_of(message);
        // Leaving out whole extensions is no lie that can be seen.
        const std::size_t fixed = std::visit(
            []<typename M>(const M& m) -> std::size_t {
                if constexpr (std::is_same_v<M, Nack> || std::is_same_v<M, Ack>) return 24;
                if constexpr (std::is_same_v<M, CmdCc>) return 24;
                if constexpr (requires { m.id.block; }) return 16 + payload_id_size(m.fec_id);
                return 16;
            },
            message);
        for (std::size_t size = 0; size < fixed; size += 4) {
            Buffer lying = whole;
            lying[1] = static_cast<std::uint8_t>(size / 4);
            INFO(to_hex(lying));
            CHECK_FALSE(parse(lying));
        }
    }
}

TEST_CASE("DATA keeps all its fields through bytes", "[wire][5740-4.2.1]") {
    for (const FecId fec : {FecId::rs8, FecId::small_block}) {
        const Data sent{kSource,          kSender,     kFlagExplicit, fec,
                        ObjectId{0xfffe}, id_for(fec), kCut,          kText};
        const Buffer bytes = bytes_of(sent);
        CHECK(is_data(bytes));
        const auto data = parse_data(bytes);
        REQUIRE(data);
        CHECK(data->source == kSource);
        CHECK(data->sender == kSender);
        CHECK(data->flags == kFlagExplicit);
        CHECK(data->fec_id == fec);
        CHECK(data->object == ObjectId{0xfffe});
        CHECK(data->id == id_for(fec));
        CHECK(data->fti == kCut);
        CHECK(to_hex(data->payload) == to_hex(kText));
    }
}

TEST_CASE("a DATA header without FTI takes 20 bytes, or 24 with FEC id 129", "[wire][5740-4.2.1]") {
    std::array<std::uint8_t, kMaxHeader> out{};
    Data data{.source = kSource, .sender = kSender, .payload = kText};
    CHECK(data.serialize_header(out) == 20);
    CHECK(data_header_size(FecId::rs8) == 20);
    data.fec_id = FecId::small_block;
    CHECK(data.serialize_header(out) == 24);
    CHECK(data_header_size(FecId::small_block) == 24);
    data.fti = kCut;
    CHECK(data.serialize_header(out) == 40);
}

TEST_CASE("the fast path takes DATA only", "[wire]") {
    for (const auto& message : all_kinds()) {
        const Buffer bytes = bytes_of(message);
        const bool data = std::holds_alternative<Data>(message);
        CHECK(is_data(bytes) == data);
        CHECK(error_of(parse_data(bytes)) == (data ? "none" : "unknown_type"));
    }
    CHECK_FALSE(is_data({}));
}

TEST_CASE("lists whose bytes are no whole number of items are refused", "[wire]") {
    const Timestamp time;
    static constexpr std::array kOne{CcNode{}};
    for (const Message& message :
         {Message(CmdFlush{kSource, kSender, {FecId::rs8}, {}, {}, NodeList(kNodes)}),
          Message(CmdSquelch{kSource, kSender, {FecId::rs8}, {}, {}, ObjectList(kObjects)}),
          Message(CmdCc{kSource, kSender, 1, time, {}, CcNodeList(kOne)}),
          Message(CmdAckReq{kSource, kSender, 1, 1, NodeList(kNodes)})}) {
        const Buffer bytes = bytes_of(message);
        CHECK(error_of(parse(Bytes(bytes).first(bytes.size() - 1))) == "list_length");
    }
}

TEST_CASE("a list reads the same from memory and from the wire", "[wire]") {
    const Buffer bytes = bytes_of(CmdFlush{kSource, kSender, FecId::rs8, {}, {}, NodeList(kNodes)});
    const auto flush = again<CmdFlush>(bytes);
    CHECK(std::vector<NodeId>(flush.nodes.begin(), flush.nodes.end()) ==
          std::vector<NodeId>(kNodes.begin(), kNodes.end()));
}

TEST_CASE("a flush position is refused when it is cut short", "[wire][5740-4.3.2]") {
    for (const FecId fec : {FecId::rs8, FecId::small_block}) {
        const Buffer bytes = bytes_of(FlushPosition{fec, ObjectId{3}, id_for(fec)});
        CHECK(FlushPosition::parse(bytes) == FlushPosition{fec, ObjectId{3}, id_for(fec)});
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CHECK(error_of(FlushPosition::parse(Bytes(bytes).first(size))) == "truncated");
        }
    }
}
