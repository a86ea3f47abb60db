// SPDX-License-Identifier: MIT
// A stream on its way in: its content, and the end that comes to be known.
#include <algorithm>
#include <vector>

#include "protocol/object/object_receiver.hpp"
#include "support/catch.hpp"
#include "with_receiver_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Verdict = ObjectReceiver::Verdict;
using Kinds = std::vector<Order::Kind>;
using OrderKind = Order::Kind;

namespace {

/// A stream of blocks of ten and ten, and chunks of 25 kB.
struct Incoming {
    explicit Incoming(wire::FecId fec_id = wire::FecId::rs8) {
        sender.object = stream_of_tens();
        sender.object.fec_id = fec_id;
        sender.digest.chunk_size = 25'000;
        object = ObjectReceiver(sender.object, sender.digest, 100);
    }
    /// From here on the sender's symbols are as long as they are in a stream of that size.
    void ends(ByteCount size) { sender.object.size = size; }

    ObjectReceiver::Stored symbol(std::uint32_t block, std::uint16_t esi) {
        datagram = sender.data(block, esi);
        const auto data = wire::parse_data(datagram);
        REQUIRE(data);
        REQUIRE(object.fits(*data));
        return object.store(*data);
    }
    void symbols(std::uint32_t block, std::uint16_t first, std::uint16_t last) {
        for (std::uint16_t s = first; s <= last; ++s) (void)symbol(block, s);
    }
    void blocks(std::uint32_t first, std::uint32_t last) {
        for (std::uint32_t b = first; b <= last; ++b) symbols(b, 0, 9);
    }
    [[nodiscard]] bool fits(std::uint32_t block, std::uint16_t esi) {
        return object.fits(sender.data_message(block, esi));
    }
    bool digests(std::uint32_t first, std::uint32_t count, std::uint32_t total = UINT32_MAX) {
        const Buffer zeros(std::size_t{16} * count, 0);
        wire::Digests digests;
        digests.object = sender.object.id;
        digests.algorithm = DigestAlgorithm{1};
        digests.first = first;
        digests.total = total;
        digests.digests = zeros;
        return object.on_digests(digests);
    }
    std::vector<Order> orders() {
        std::vector<Order> all;
        for (Order order; object.poll_order(order);) all.push_back(order);
        return all;
    }
    Kinds kinds() {
        Kinds all;
        for (const Order& order : orders()) all.push_back(order.kind);
        return all;
    }

    FakeSender sender;
    ObjectReceiver object;
    Buffer datagram;
};

/// A receiver that has taken a stream, of chunks of 10 kB.
struct Receiving : WithReceiverParts {
    Receiving() {
        sender.object = stream_of_tens();
        begin();
    }
    void tells(ByteCount size) {
        sender.object = stream_of_tens(size);
        message(sender.offer(wire::kOfferStarted));
    }
    void goes_on() { tells(stream_of_tens().size); }
    void tells_twice(ByteCount size) {
        tells(size);
        tells(size);
    }
    [[nodiscard]] bool open() const { return parts.offer.object.open(); }
};

}  // namespace

TEST_CASE("a symbol of a stream fits with its header before it",
          "[protocol][object_receiver][stream]") {
    Incoming in;
    CHECK(in.fits(0, 0));
    CHECK(in.fits(0, 19));
    CHECK_FALSE(in.fits(0, 20));
    wire::Data data = in.sender.data_message(0, 0);
    data.payload = data.payload.first(1000);
    CHECK_FALSE(in.object.fits(data));
    data.payload = data.payload.first(7);
    CHECK_FALSE(in.object.fits(data));
}

TEST_CASE("a symbol of a stream is placed without its header",
          "[protocol][object_receiver][stream]") {
    Incoming in;
    const auto source = in.symbol(2, 3).place;
    CHECK(source.payload.size() == 1000);
    CHECK(source.offset == 23'000);
    const auto parity = in.symbol(2, 14).place;
    CHECK(parity.kind == Placement::Kind::parity);
    CHECK(parity.symbol == 4);
    CHECK(parity.payload.size() == 1000);
}

TEST_CASE(
    "the short symbol of a stream fits once its end is known, and nothing between it and "
    "the parity",
    "[protocol][object_receiver][stream]") {
    Incoming in;
    Incoming before;
    before.ends(12'500);
    CHECK_FALSE(before.fits(1, 2));
    CHECK(in.object.end_at(12'500));
    CHECK_FALSE(in.fits(1, 2));
    CHECK_FALSE(in.fits(1, 9));
    in.ends(12'500);
    CHECK(in.fits(1, 2));
    for (std::uint16_t esi = 10; esi < 20; ++esi) CHECK(in.fits(1, esi));
    CHECK_FALSE(in.fits(1, 20));
    const auto parity = in.symbol(1, 12).place;
    CHECK(parity.symbol == 2);
    CHECK(parity.payload.size() == 1000);
}

TEST_CASE("a small-block id of a stream names full blocks, even the last",
          "[protocol][object_receiver][stream]") {
    Incoming in(wire::FecId::small_block);
    REQUIRE(in.object.end_at(12'500));
    in.ends(12'500);
    wire::Data data = in.sender.data_message(1, 0);
    CHECK(data.id.block_length == 10);
    CHECK(in.object.fits(data));
    data.id.block_length = 3;
    CHECK_FALSE(in.object.fits(data));
}

TEST_CASE("the last block is computed after the order to end",
          "[protocol][object_receiver][stream]") {
    Incoming in;
    in.blocks(0, 0);
    in.symbols(1, 0, 1);
    in.symbols(1, 10, 11);
    REQUIRE(in.object.end_at(13'500));
    const auto orders = in.orders();
    REQUIRE(orders.size() == 2);
    CHECK(orders[0].kind == OrderKind::end);
    CHECK(orders[0].offset == 13'500);
    CHECK(orders[1].kind == OrderKind::decode);
    CHECK(orders[1].block == 1);
    CHECK(orders[1].missing == std::vector<std::uint16_t>{2, 3});
    CHECK(orders[1].parity == std::vector<std::uint16_t>{0, 1});
}

TEST_CASE("a last chunk that was complete before the end is verified when it is known",
          "[protocol][object_receiver][stream]") {
    Incoming in;
    in.blocks(0, 3);
    CHECK(in.digests(0, 2));
    CHECK(in.kinds() == Kinds{OrderKind::verify});
    REQUIRE(in.object.end_at(40'000));
    const auto orders = in.orders();
    REQUIRE(orders.size() == 2);
    CHECK(orders[0].kind == OrderKind::end);
    CHECK(orders[1].kind == OrderKind::verify);
    CHECK(orders[1].chunk == 1);
    CHECK(in.object.verdict(0, true) == Verdict::good);
    CHECK(in.object.verdict(1, true) == Verdict::good);
    CHECK(in.object.complete());
    CHECK(in.orders().back().offset == 40'000);
}

TEST_CASE("an end that is known twice, or is an earlier one's border, orders nothing twice",
          "[protocol][object_receiver][stream]") {
    Incoming in;
    in.blocks(0, 4);
    (void)in.digests(0, 2);
    CHECK(in.kinds() == Kinds{OrderKind::verify, OrderKind::verify});
    REQUIRE(in.object.end_at(50'000));
    CHECK(in.kinds() == Kinds{OrderKind::end});
    REQUIRE(in.object.end_at(50'000));
    CHECK(in.kinds() == Kinds{OrderKind::end});
}

TEST_CASE("an empty stream is complete when its end is known",
          "[protocol][object_receiver][stream]") {
    Incoming in;
    CHECK_FALSE(in.object.complete());
    REQUIRE(in.object.end_at(0));
    CHECK(in.object.complete());
    CHECK(in.kinds() == Kinds{OrderKind::end});
}

TEST_CASE("no end beyond what a stream can have, and none below what is verified",
          "[protocol][object_receiver][stream]") {
    Incoming in;
    CHECK_FALSE(in.object.end_at(in.sender.object.size + 1));
    in.blocks(0, 2);
    (void)in.digests(0, 1);
    CHECK(in.object.verdict(0, true) == Verdict::good);
    (void)in.orders();
    CHECK_FALSE(in.object.end_at(24'999));
    CHECK(in.kinds().empty());
    CHECK(in.object.end_at(25'000));
}

TEST_CASE(
    "what lies beyond the end was forged: it is dropped, and does not keep the rest from "
    "being complete",
    "[protocol][object_receiver][stream]") {
    Incoming in;
    in.blocks(0, 1);
    in.symbols(2, 0, 5);  // of which the last two are beyond
    in.symbols(6, 0, 4);  // half a block, half of it computed
    in.symbols(6, 15, 19);
    in.symbols(900, 10, 12);  // parity alone
    (void)in.orders();
    REQUIRE(in.object.end_at(24'000));
    const auto orders = in.orders();
    REQUIRE(orders.size() == 3);
    CHECK(orders[0].kind == OrderKind::forget);
    CHECK(orders[0].block == 2);
    CHECK(orders[1].kind == OrderKind::forget);
    CHECK(orders[1].block == 900);
    CHECK(orders[2].kind == OrderKind::end);
    CHECK(in.object.blocks().bytes_done() == 20'000);
    CHECK(in.object.blocks().parity_held() == 0);
    in.ends(24'000);
    in.symbols(2, 0, 3);
    CHECK(in.object.blocks().all_complete());
    (void)in.digests(0, 1);
    CHECK(in.object.verdict(0, true) == Verdict::good);
    CHECK(in.object.complete());
}

TEST_CASE("parity beyond the end is dropped, too, and what is before it is kept",
          "[protocol][object_receiver][stream]") {
    Incoming in;
    in.blocks(0, 1);
    in.symbols(2, 0, 1);
    in.symbols(5, 10, 12);
    REQUIRE(in.object.end_at(24'000));
    CHECK(in.object.blocks().parity_held() == 0);
    CHECK(in.object.blocks().bytes_done() == 22'000);
}

TEST_CASE("a receiver reports of a stream what it has verified from the beginning",
          "[protocol][object_receiver][stream]") {
    Incoming in;
    in.blocks(0, 4);
    (void)in.digests(0, 2);
    CHECK(in.object.bytes_held() == 50'000);
    CHECK(in.object.reported_bytes() == 0);
    (void)in.object.verdict(1, true);
    CHECK(in.object.reported_bytes() == 0);
    (void)in.object.verdict(0, true);
    CHECK(in.object.reported_bytes() == 50'000);
    Incoming half;
    half.blocks(0, 3);
    (void)half.digests(0, 1);
    (void)half.object.verdict(0, true);
    CHECK(half.object.reported_bytes() == 20'000);  // whole blocks
}

TEST_CASE("digests of a stream count, whatever number of them is told",
          "[protocol][object_receiver][stream]") {
    Incoming in;
    in.blocks(0, 2);
    CHECK(in.digests(0, 1, 1));
    CHECK(in.kinds() == Kinds{OrderKind::verify});
    CHECK(in.digests(1, 1, UINT32_MAX));
    in.blocks(3, 4);
    CHECK(in.kinds() == Kinds{OrderKind::verify});
}

TEST_CASE("the end of a stream is believed when two offers in a row tell it",
          "[protocol][content_intake][stream]") {
    Receiving scene;
    scene.tells(30'000);
    CHECK(scene.open());
    scene.goes_on();
    scene.tells(30'000);
    CHECK(scene.open());
    scene.tells(20'000);
    CHECK(scene.open());
    scene.tells(20'000);
    CHECK_FALSE(scene.open());
    CHECK(scene.parts.offer.object.size == 20'000);
    scene.tells_twice(30'000);
    CHECK(scene.parts.offer.object.size == 20'000);
}

TEST_CASE("a single offer does not make a stream empty", "[protocol][content_intake][stream]") {
    Receiving scene;
    scene.tells(0);
    CHECK(scene.open());
    CHECK(scene.parts.stage == ReceiverStage::receiving);
    scene.tells(0);
    CHECK(scene.parts.stage == ReceiverStage::finishing);
}

TEST_CASE("offers of a file in the midst of a stream change nothing",
          "[protocol][content_intake][stream]") {
    Receiving scene;
    scene.sender.object = ten_by_ten(3);
    for (int i = 0; i < 3; ++i) scene.message(scene.sender.offer(wire::kOfferStarted));
    CHECK(scene.open());
    CHECK(scene.parts.offer.object.stream);
}

TEST_CASE("no end of a stream is believed that it cannot have",
          "[protocol][content_intake][stream]") {
    Receiving scene;
    scene.tells_twice(stream_of_tens().size + 1);
    CHECK(scene.open());
    scene.tells_twice(wire::Offer::kUnknownSize - 1);
    CHECK(scene.open());
    scene.tells_twice(10'000);
    CHECK_FALSE(scene.open());
}

TEST_CASE("a stream is finished when its end is known last", "[protocol][content_intake][stream]") {
    Receiving scene;
    scene.block(0);
    scene.block(1);
    scene.message(scene.sender.digests(0, 2));
    scene.content.on_verdict(scene.now, 0, true);
    scene.content.on_verdict(scene.now, 1, true);
    CHECK(scene.parts.stage == ReceiverStage::receiving);
    scene.tells_twice(20'000);
    CHECK(scene.parts.stage == ReceiverStage::finishing);
    CHECK(scene.orders().back() == OrderKind::finish);
}

TEST_CASE("data beyond the end does not keep a receiver from asking for the end",
          "[protocol][content_intake][stream]") {
    Receiving scene;
    scene.block(0);
    scene.data(1'000'000, 0);
    scene.tells_twice(20'000);
    CHECK(scene.parts.nacks.position() == 2);
    scene.message(scene.sender.flush());
    CHECK(scene.parts.nacks.passed_all());
    CHECK(scene.parts.nacks.lacks_passed(scene.parts.object.blocks()));
}
