// SPDX-License-Identifier: MIT
#include "protocol/receive/receiver_wait.hpp"

#include "support/catch.hpp"
#include "with_receiver_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = ReceiverWait::Kind;

namespace {

Kind kind_of(const WithReceiverParts& scene) {
    return receiver_wait(scene.parts).kind;
}

}  // namespace

TEST_CASE("a receiver waits for an offer, the sender's begin, and nothing",
          "[protocol][receiver_wait]") {
    WithReceiverParts scene;
    CHECK(kind_of(scene) == Kind::offer);
    scene.offer();
    CHECK(kind_of(scene) == Kind::begin);
    scene.offers.accept(scene.now, std::nullopt);
    CHECK(kind_of(scene) == Kind::begin);
    scene.data(0, 0);
    CHECK(kind_of(scene) == Kind::nothing);
}

TEST_CASE("a receiver that is deferred waits for the others", "[protocol][receiver_wait]") {
    WithReceiverParts scene;
    scene.begin();
    (void)scene.parts.deferral.on_state(scene.now, true);
    CHECK(kind_of(scene) == Kind::others);
}

TEST_CASE("a receiver waits for repairs when all was sent", "[protocol][receiver_wait]") {
    WithReceiverParts scene;
    scene.begin();
    scene.data(1, 0);
    CHECK(kind_of(scene) == Kind::nothing);
    scene.message(scene.sender.flush());
    CHECK(kind_of(scene) == Kind::repairs);
}

TEST_CASE("a silent sender is what a receiver waits for first", "[protocol][receiver_wait]") {
    WithReceiverParts scene;
    scene.begin();
    scene.data(1, 0);
    scene.message(scene.sender.flush());
    scene.at(scene.now + seconds(12));
    CHECK(receiver_wait(scene.parts) == ReceiverWait{Kind::sender, seconds(12)});
    scene.parts.stage = ReceiverStage::telling;
    CHECK(receiver_wait(scene.parts) == ReceiverWait{Kind::confirmation, seconds(12)});
}

TEST_CASE("a receiver that has all waits for its disk, then for the sender",
          "[protocol][receiver_wait]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.stage = ReceiverStage::finishing;
    CHECK(kind_of(scene) == Kind::disk);
    scene.parts.stage = ReceiverStage::telling;
    CHECK(receiver_wait(scene.parts) == ReceiverWait{Kind::confirmation});
    scene.parts.stage = ReceiverStage::ended;
    CHECK(kind_of(scene) == Kind::nothing);
}

TEST_CASE("a receiver waits for the reader of an output that is full when the sender pauses",
          "[protocol][receiver_wait]") {
    WithReceiverParts scene;
    scene.offer();
    scene.offers.accept(scene.now, 20'000);
    scene.content.start(scene.now);
    scene.block(0);
    (void)scene.parts.nacks.on_flush(0);
    CHECK(kind_of(scene) == Kind::nothing);
    scene.block(1);
    CHECK(kind_of(scene) == Kind::nothing);
    (void)scene.parts.nacks.on_flush(1);
    CHECK(kind_of(scene) == Kind::reader);
    scene.content.on_released(20'000);
    CHECK(kind_of(scene) == Kind::nothing);
}
