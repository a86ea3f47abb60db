// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "with_receiver_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = ReceiverEvent::Kind;

TEST_CASE("an offer waits for the driver", "[protocol][offer_intake]") {
    WithReceiverParts scene;
    CHECK(scene.message(scene.sender.offer()).from_sender);
    CHECK(scene.parts.stage == ReceiverStage::offered);
    CHECK(scene.told(Kind::offered));
    CHECK(scene.parts.offer.name == "file");
    scene.offers.accept(scene.now, std::nullopt);
    CHECK(scene.parts.stage == ReceiverStage::receiving);
    CHECK(scene.parts.timers.at(ReceiverTimer::join) <= scene.now + milliseconds(5));
    CHECK_FALSE(scene.parts.started);
}

TEST_CASE("an offer that is skipped leaves nothing behind, and is named once",
          "[protocol][offer_intake]") {
    WithReceiverParts scene;
    scene.message(scene.sender.offer());
    scene.offers.skip("no room");
    CHECK(scene.parts.stage == ReceiverStage::listening);
    CHECK(scene.told(Kind::warning));
    CHECK(scene.parts.offer.name.empty());
    scene.parts.events.clear();
    scene.message(scene.sender.offer());
    CHECK(scene.parts.events.empty());
}

TEST_CASE("a transfer that has begun starts when it is taken", "[protocol][offer_intake]") {
    WithReceiverParts scene;
    scene.message(scene.sender.offer(wire::kOfferStarted));
    scene.offers.accept(scene.now, std::nullopt);
    CHECK(scene.parts.started);
}

TEST_CASE("after an offer of nobody a receiver is as it was, with another challenge",
          "[protocol][offer_intake]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.stats.nacks = 3;
    scene.ending.pass_over("");
    scene.offers.listen(scene.now);
    CHECK(scene.parts.stage == ReceiverStage::listening);
    CHECK_FALSE(scene.parts.started);
    CHECK(scene.parts.config.challenge != kChallenge);
    CHECK(scene.parts.stats.nacks == 3);
    CHECK(scene.told(Kind::unanswered));
    CHECK(scene.parts.timers.next() == scene.now + kReceiverCheck);
    scene.offers.listen(scene.now);  // nothing to forget
    CHECK(scene.parts.stage == ReceiverStage::listening);
}
