// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "with_receiver_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("what is no message is counted", "[protocol][receiver_input]") {
    WithReceiverParts scene;
    scene.begin();
    CHECK_FALSE(scene.message(Buffer(3)).from_sender);
    CHECK(scene.parts.stats.malformed == 1);
}

TEST_CASE("the chosen sender is heard at its address alone", "[protocol][receiver_input]") {
    WithReceiverParts scene;
    scene.begin();
    const auto stranger = scene.input.handle(scene.now, scene.sender.data(0, 0), kStranger);
    CHECK(stranger.placement.kind == Placement::Kind::none);
    CHECK_FALSE(stranger.from_sender);
    CHECK(scene.parts.stats.foreign == 1);
    const auto sender = scene.input.handle(scene.now, scene.sender.data(0, 0), {});
    CHECK(sender.placement.kind == Placement::Kind::source);
    CHECK(sender.from_sender);
}

TEST_CASE("more who join make a receiver wait that has not joined yet",
          "[protocol][receiver_input]") {
    WithReceiverParts scene;
    scene.offer();
    scene.offers.accept(scene.now, std::nullopt);
    const Time before = scene.parts.timers.at(ReceiverTimer::join);
    scene.sender.group = 100'000;
    scene.message(scene.sender.offer());
    CHECK(scene.parts.timers.at(ReceiverTimer::join) > before);
}

TEST_CASE("messages of another transfer of the same sender say nothing",
          "[protocol][receiver_input]") {
    WithReceiverParts scene;
    scene.begin();
    scene.sender.transfer = 1;
    scene.message(scene.sender.end());
    scene.states(wire::ReceiverState::joined);
    CHECK(scene.result() == "running");
    CHECK_FALSE(scene.parts.joining.confirmed());
}

TEST_CASE("a flush of another object says nothing", "[protocol][receiver_input]") {
    WithReceiverParts scene;
    scene.begin();
    FakeSender other = scene.sender;
    other.object.id = ObjectId{9};
    scene.message(other.flush());
    CHECK_FALSE(scene.parts.sender_idle);
    scene.message(scene.sender.flush());
    CHECK(scene.parts.sender_idle);
}

TEST_CASE("a plain sender's watermark is acknowledged when all is there",
          "[protocol][receiver_input]") {
    WithReceiverParts scene;
    scene.begin(true);
    scene.message(scene.sender.flush({kReceiverNode}));
    CHECK_FALSE(scene.parts.watermark);
    for (std::uint32_t b = 0; b < 4; ++b) scene.block(b);
    scene.message(scene.sender.flush({NodeId{5}}));
    CHECK_FALSE(scene.parts.watermark);
    scene.message(scene.sender.flush({kReceiverNode}));
    CHECK(scene.parts.watermark);
}
