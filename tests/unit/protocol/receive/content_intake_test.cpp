// SPDX-License-Identifier: MIT
#include <algorithm>

#include "support/catch.hpp"
#include "with_receiver_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = ReceiverEvent::Kind;
using Orders = std::vector<Order::Kind>;

TEST_CASE("the first content starts a transfer, once", "[protocol][content_intake]") {
    WithReceiverParts scene;
    scene.offer();
    scene.data(0, 0);
    CHECK_FALSE(scene.parts.started);  // the offer has not been taken
    scene.offers.accept(scene.now, std::nullopt);
    scene.data(0, 0);
    scene.data(0, 1);
    CHECK(scene.parts.started);
    CHECK(std::ranges::count(scene.parts.events, Kind::started, &ReceiverEvent::kind) == 1);
    CHECK(scene.parts.stats.packets == 2);
}

TEST_CASE("content that is news is progress", "[protocol][content_intake]") {
    WithReceiverParts scene;
    scene.begin();
    scene.data(0, 0);
    scene.at(scene.now + seconds(1));
    scene.data(0, 0);
    CHECK(scene.parts.liveness.progressed() == kBegin);
    scene.data(0, 1);
    CHECK(scene.parts.liveness.progressed() == scene.now);
}

TEST_CASE("content beyond the window is not placed", "[protocol][content_intake]") {
    WithReceiverParts scene;
    scene.offer();
    scene.offers.accept(scene.now, 20'000);
    scene.block(2);
    CHECK_FALSE(scene.parts.object.blocks().complete(2));
    scene.content.on_released(10'000);
    CHECK(scene.parts.due.has(ReceiverDue::report));  // the sender may wait for that
    scene.block(2);
    CHECK(scene.parts.object.blocks().complete(2));
}

TEST_CASE("a file that is whole and verified is finished", "[protocol][content_intake]") {
    WithReceiverParts scene;
    scene.begin();
    for (std::uint32_t b = 0; b < 4; ++b) scene.block(b);
    scene.digests();
    CHECK(scene.parts.stage == ReceiverStage::receiving);
    for (std::uint32_t chunk = 0; chunk < 4; ++chunk)
        scene.content.on_verdict(scene.now, chunk, true);
    CHECK(scene.parts.stage == ReceiverStage::finishing);
    CHECK(scene.orders().back() == Order::Kind::finish);
}

TEST_CASE("a chunk that is wrong is asked for again, and in the end given up",
          "[protocol][content_intake]") {
    WithReceiverParts scene;
    scene.begin();
    scene.data(3, 0);
    for (int i = 1; i <= ObjectReceiver::kMaxFailures; ++i) {
        scene.block(0);
        scene.digests();
        scene.parts.timers.stop(ReceiverTimer::nack);
        scene.content.on_verdict(scene.now, 0, false);
        const bool last = i == ObjectReceiver::kMaxFailures;
        CHECK(scene.parts.timers.running(ReceiverTimer::nack) != last);
        CHECK((scene.parts.stage == ReceiverStage::telling) == last);
    }
    CHECK(scene.parts.farewell.error()->code == ErrorCode::integrity);
}

TEST_CASE("an empty file is whole when it starts", "[protocol][content_intake]") {
    WithReceiverParts scene;
    scene.sender.object = ten_by_ten(0);
    scene.begin();
    CHECK(scene.parts.stage == ReceiverStage::finishing);
}
