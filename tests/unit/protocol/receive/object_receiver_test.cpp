// SPDX-License-Identifier: MIT
#include "protocol/object/object_receiver.hpp"

#include "datagrams.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using Verdict = ObjectReceiver::Verdict;

namespace {

/// Four blocks of ten and ten, each of them a chunk; without digests as a plain sender's.
struct Incoming {
    explicit Incoming(bool digests = true) {
        if (!digests) sender.digest = {};
        object = ObjectReceiver(sender.object, sender.digest, 100);
    }

    ObjectReceiver::Stored symbol(std::uint32_t block, std::uint16_t esi) {
        datagram = sender.data(block, esi);
        const auto data = wire::parse_data(datagram);
        REQUIRE(data);
        REQUIRE(object.fits(*data));
        return object.store(*data);
    }
    void block(std::uint32_t block) {
        for (std::uint16_t s = 0; s < 10; ++s) (void)symbol(block, s);
    }
    void digests(std::uint32_t first, std::uint32_t count) {
        datagram = sender.digests(first, count);
        const auto message = wire::parse(datagram);
        REQUIRE(message);
        const auto digests = wire::Digests::parse(std::get<wire::CmdApplication>(*message).payload);
        REQUIRE(digests);
        REQUIRE(object.on_digests(*digests));
    }
    bool zeros(const std::vector<wire::BlockRange>& ranges, std::uint32_t end_block = UINT32_MAX,
               ObjectId of = ObjectId{7}) {
        wire::Zeros message{.object = of, .ranges = wire::BlockRangeList(ranges)};
        return object.on_zeros(message, end_block);
    }
    /// A symbol that is no zeros.
    ObjectReceiver::Stored content(std::uint32_t block, std::uint16_t esi) {
        datagram = sender.data(block, esi);
        datagram.back() = 1;
        const auto data = wire::parse_data(datagram);
        REQUIRE(data);
        return object.store(*data);
    }
    std::vector<Order> orders() {
        std::vector<Order> all;
        for (Order order; object.poll_order(order);) all.push_back(order);
        return all;
    }
    [[nodiscard]] bool fits(const wire::Data& data) const { return object.fits(data); }

    FakeSender sender;
    ObjectReceiver object;
    Buffer datagram;
};

wire::Data whole_symbol(FakeSender& sender, const Buffer& payload) {
    wire::Data data = sender.data_message(1, 3);
    data.payload = payload;
    return data;
}

}  // namespace

TEST_CASE("a symbol fits by its object, block, index and length", "[protocol][object_receiver]") {
    Incoming in;
    const Buffer payload(1000);
    const wire::Data good = whole_symbol(in.sender, payload);
    CHECK(in.fits(good));
    wire::Data data = good;
    data.object = ObjectId{8};
    CHECK_FALSE(in.fits(data));
    data = good;
    data.fec_id = wire::FecId::small_block;
    CHECK_FALSE(in.fits(data));
    data = good;
    data.id.block = 4;
    CHECK_FALSE(in.fits(data));
    data = good;
    data.id.symbol = 20;
    CHECK_FALSE(in.fits(data));
    data = good;
    data.payload = Bytes(payload).first(999);
    CHECK_FALSE(in.fits(data));
}

TEST_CASE("each symbol has its place, and what is here already has none",
          "[protocol][object_receiver]") {
    Incoming in;
    const auto source = in.symbol(1, 3).place;
    CHECK(source.kind == Placement::Kind::source);
    CHECK(source.block == 1);
    CHECK(source.symbol == 3);
    CHECK(source.offset == 13'000);
    CHECK(source.payload.size() == 1000);
    const auto parity = in.symbol(1, 12).place;
    CHECK(parity.kind == Placement::Kind::parity);
    CHECK(parity.symbol == 2);
    CHECK(in.symbol(1, 3).place.kind == Placement::Kind::none);
    CHECK(in.object.bytes_held() == 2000);
}

TEST_CASE("a block with parity is decoded before its chunk is verified",
          "[protocol][object_receiver]") {
    Incoming in;
    in.digests(0, 4);
    for (std::uint16_t s = 1; s < 10; ++s) CHECK_FALSE(in.symbol(0, s).completed);
    const auto last = in.symbol(0, 14);
    CHECK(last.completed);
    CHECK(last.repaired == 1);
    const auto orders = in.orders();
    REQUIRE(orders.size() == 2);
    CHECK(orders[0].kind == Order::Kind::decode);
    CHECK(orders[0].missing == std::vector<std::uint16_t>{0});
    CHECK(orders[0].parity == std::vector<std::uint16_t>{4});
    CHECK(orders[1].kind == Order::Kind::verify);
    CHECK(orders[1].digest.size() == 16);
}

TEST_CASE("a chunk waits for its digest, and its output only for the network",
          "[protocol][object_receiver]") {
    Incoming in;
    CHECK(in.object.awaits_network());
    in.block(0);
    CHECK(in.object.lacks_digests());
    CHECK(in.object.awaits_network());
    CHECK(in.orders().empty());
    in.digests(0, 1);
    CHECK_FALSE(in.object.lacks_digests());
    CHECK_FALSE(in.object.has_all_digests());
    CHECK_FALSE(in.object.awaits_network());
    CHECK(in.orders().size() == 1);
}

TEST_CASE("digests of something else are not taken", "[protocol][object_receiver]") {
    Incoming in;
    in.sender.object.id = ObjectId{8};
    const Buffer other = in.sender.digests(0, 1);
    const auto message = wire::parse(other);
    REQUIRE(message);
    const auto digests = wire::Digests::parse(std::get<wire::CmdApplication>(*message).payload);
    REQUIRE(digests);
    CHECK_FALSE(in.object.on_digests(*digests));
    CHECK(in.object.missing_digests(true) == std::vector<wire::ChunkRange>{{0, 3}});
}

TEST_CASE("what is good from the beginning on is released, by one order while none is taken",
          "[protocol][object_receiver]") {
    Incoming in;
    in.digests(0, 4);
    for (std::uint32_t b = 0; b < 4; ++b) in.block(b);
    (void)in.orders();
    CHECK(in.object.verdict(1, true) == Verdict::good);
    CHECK(in.orders().empty());
    CHECK(in.object.verdict(0, true) == Verdict::good);
    CHECK(in.object.verdict(2, true) == Verdict::good);
    const auto orders = in.orders();
    REQUIRE(orders.size() == 1);
    CHECK(orders[0].kind == Order::Kind::release);
    CHECK(orders[0].offset == 30'000);
    CHECK(in.object.release_ordered() == 30'000);
    CHECK_FALSE(in.object.complete());
    (void)in.object.verdict(3, true);
    CHECK(in.object.complete());
}

TEST_CASE("content without digests is released as it comes, and complete with its last block",
          "[protocol][object_receiver]") {
    Incoming in(false);
    in.block(1);
    CHECK(in.orders().empty());
    in.block(0);
    const auto orders = in.orders();
    REQUIRE(orders.size() == 1);
    CHECK(orders[0].offset == 20'000);
    in.block(2);
    CHECK_FALSE(in.object.complete());
    in.block(3);
    CHECK(in.object.complete());
    CHECK(in.object.bytes_held() == 40'000);
}

TEST_CASE("a wrong chunk is fetched again with its digest, and given up when it stays wrong",
          "[protocol][object_receiver]") {
    Incoming in;
    for (int i = 1; i < ObjectReceiver::kMaxFailures; ++i) {
        in.digests(0, 4);
        in.block(0);
        REQUIRE(in.object.verdict(0, false) == Verdict::fetch_again);
        CHECK(in.object.any_bad());
        CHECK_FALSE(in.object.blocks().complete(0));
        CHECK(in.object.missing_digests(true) == std::vector<wire::ChunkRange>{{0, 0}});
    }
    in.digests(0, 1);
    in.block(0);
    CHECK(in.object.verdict(0, false) == Verdict::hopeless);
    CHECK(in.object.verdict(4, true) == Verdict::outdated);
}

TEST_CASE("digests of chunks that are here are asked for with a few ahead, all at the end",
          "[protocol][object_receiver]") {
    Incoming in;
    in.sender.object = ten_by_ten(500);
    in.object = ObjectReceiver(in.sender.object, in.sender.digest, 100);
    in.block(10);
    CHECK(in.object.missing_digests(false) == std::vector<wire::ChunkRange>{{10, 74}});
    CHECK(in.object.missing_digests(true) == std::vector<wire::ChunkRange>{{0, 499}});
}

TEST_CASE("less than the whole is held until the last block is complete",
          "[protocol][object_receiver]") {
    Incoming in;
    for (std::uint32_t b = 0; b < 3; ++b) in.block(b);
    for (std::uint16_t s = 0; s < 9; ++s) (void)in.symbol(3, s);
    CHECK(in.object.bytes_held() == 39'000);
    (void)in.symbol(3, 9);
    CHECK(in.object.bytes_held() == 40'000);
}

TEST_CASE("blocks of zeros are complete without payload, and verified like others",
          "[protocol][object_receiver]") {
    Incoming in;
    in.digests(0, 4);
    in.block(0);
    (void)in.orders();
    REQUIRE(in.zeros({{1, 2}}));
    CHECK(in.object.blocks().bytes_done() == 30'000);
    CHECK(in.object.blocks().first_incomplete() == 3);
    const auto orders = in.orders();
    REQUIRE(orders.size() == 3);
    CHECK(orders[0].kind == Order::Kind::zeros);
    CHECK(orders[0].offset == 10'000);
    CHECK(orders[0].end == 30'000);
    CHECK(orders[1].kind == Order::Kind::verify);
    CHECK(orders[1].chunk == 1);
    CHECK(orders[2].chunk == 2);
    CHECK_FALSE(in.zeros({{1, 2}}));  // no news
    CHECK(in.orders().empty());
}

TEST_CASE("what is held of a block of zeros counts once, and its parity makes room",
          "[protocol][object_receiver]") {
    Incoming in;
    (void)in.symbol(1, 0);
    (void)in.symbol(1, 10);
    REQUIRE(in.zeros({{1, 1}}));
    CHECK(in.object.blocks().bytes_done() == 10'000);
    CHECK(in.object.blocks().parity_held() == 0);
    const auto orders = in.orders();
    REQUIRE(orders.size() == 2);
    CHECK(orders[0].kind == Order::Kind::forget);
    CHECK(orders[0].block == 1);
    CHECK(orders[1].kind == Order::Kind::zeros);
}

TEST_CASE("zeros of another object, beyond the window or beyond the end are not taken",
          "[protocol][object_receiver]") {
    Incoming in;
    CHECK_FALSE(in.zeros({{0, 1}}, UINT32_MAX, ObjectId{8}));
    CHECK_FALSE(in.zeros({{2, 2}}, 2));
    CHECK_FALSE(in.zeros({{4, UINT32_MAX}}));
    CHECK(in.object.blocks().bytes_done() == 0);
    REQUIRE(in.zeros({{3, UINT32_MAX}}));
    CHECK(in.object.blocks().bytes_done() == 10'000);
    CHECK_FALSE(Incoming(false).zeros({{0, 1}}));  // nothing would verify them
}

TEST_CASE("of one message no more zeros are taken than a sender tells in one",
          "[protocol][object_receiver]") {
    Incoming in;
    in.sender.object.size = ByteCount{1} << 30;
    in.object = ObjectReceiver(in.sender.object, in.sender.digest, 100);
    REQUIRE(in.zeros({{0, UINT32_MAX}}));
    const auto blocks = (ByteCount{256} << 20) / 10'000 + 1;
    CHECK(in.object.blocks().bytes_done() == blocks * 10'000);
    CHECK_FALSE(in.zeros({{0, UINT32_MAX}}));  // what is there already counts, too
    CHECK(in.object.blocks().bytes_done() == blocks * 10'000);
}

TEST_CASE("content that is no zeros belies what was told, until its chunk is verified",
          "[protocol][object_receiver]") {
    Incoming in;
    in.digests(0, 4);
    REQUIRE(in.zeros({{0, 3}}));
    CHECK(in.symbol(1, 3).place.kind == Placement::Kind::none);  // zeros: no news
    CHECK(in.content(1, 3).place.kind == Placement::Kind::source);
    CHECK_FALSE(in.object.blocks().complete(1));
    CHECK(in.object.verdict(1, true) == Verdict::good);  // it was of what is no longer there
    CHECK_FALSE(in.object.blocks().complete(1));
    CHECK(in.object.verdict(2, true) == Verdict::good);
    CHECK(in.content(2, 3).place.kind == Placement::Kind::none);
    CHECK(in.object.blocks().complete(2));
    (void)in.orders();
    for (std::uint16_t s = 0; s < 10; ++s) (void)in.content(1, s);
    CHECK(in.object.blocks().complete(1));
    CHECK(in.orders().back().chunk == 1);
}

TEST_CASE("content that is there is not taken for zeros", "[protocol][object_receiver]") {
    Incoming in;
    in.block(1);
    (void)in.orders();
    CHECK_FALSE(in.zeros({{1, 1}}));
    CHECK(in.content(1, 3).place.kind == Placement::Kind::none);
    CHECK(in.object.blocks().complete(1));
}

TEST_CASE("a chunk of zeros that its digest belies is fetched again",
          "[protocol][object_receiver]") {
    Incoming in;
    in.digests(0, 4);
    REQUIRE(in.zeros({{1, 1}}));
    CHECK(in.object.verdict(1, false) == Verdict::fetch_again);
    CHECK_FALSE(in.object.blocks().complete(1));
    CHECK_FALSE(in.object.has_all_digests());
    CHECK(in.content(1, 0).place.kind == Placement::Kind::source);
}

TEST_CASE("zeros of any number of blocks come in orders of a bounded size",
          "[protocol][object_receiver]") {
    Incoming in;
    in.sender.object = ten_by_ten(20'000);
    in.object = ObjectReceiver(in.sender.object, in.sender.digest, 100);
    REQUIRE(in.zeros({{0, 19'999}}));
    ByteCount at = 0;
    for (const Order& order : in.orders()) {
        CHECK(order.kind == Order::Kind::zeros);
        CHECK(order.offset == at);
        CHECK(order.end - order.offset <= (64 << 20) + 10'000);
        at = order.end;
    }
    CHECK(at == 200'000'000);
}
