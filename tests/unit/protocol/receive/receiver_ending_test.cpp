// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "with_receiver_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = ReceiverEvent::Kind;
using Timer = ReceiverTimer;

namespace {

const auto kFull = ReceiverError::of({ErrorCode::no_space, 0, "the disk is full"});

}  // namespace

TEST_CASE("a failure that the sender knows nothing of is told to nobody",
          "[protocol][receiver_ending]") {
    WithReceiverParts scene;
    scene.ending.fail(scene.now, kFull);
    CHECK(scene.result() == "no_space");
}

TEST_CASE("a failure is told until the sender confirms it", "[protocol][receiver_ending]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.joining.confirm();
    scene.parts.due.set(ReceiverDue::nack);
    scene.ending.fail(scene.now, kFull);
    CHECK(scene.parts.stage == ReceiverStage::telling);
    CHECK(scene.parts.due.has(ReceiverDue::report));
    CHECK_FALSE(scene.parts.due.has(ReceiverDue::join));
    CHECK_FALSE(scene.parts.due.has(ReceiverDue::nack));
    CHECK(scene.parts.timers.running(Timer::linger));
    scene.ending.fail(scene.now, {.code = ErrorCode::cancelled});
    CHECK(scene.result() == "no_space");
}

TEST_CASE("a sender that has not confirmed the join is told by one",
          "[protocol][receiver_ending]") {
    WithReceiverParts scene;
    scene.begin();
    scene.ending.fail(scene.now, kFull);
    CHECK(scene.parts.due.has(ReceiverDue::join));
    CHECK_FALSE(scene.parts.due.has(ReceiverDue::report));
}

TEST_CASE("a sender that does not answer is told for three seconds of a failure",
          "[protocol][receiver_ending]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.joining.confirm();
    scene.ending.fail(scene.now, kFull);
    scene.at(scene.now + milliseconds(2900));
    scene.ending.tell(scene.now);
    CHECK(scene.result() == "running");
    CHECK(scene.parts.due.has(ReceiverDue::join));  // it may have another address
    scene.at(scene.now + milliseconds(200));
    scene.ending.tell(scene.now);
    CHECK(scene.result() == "no_space");
}

TEST_CASE("all of a large group do not tell their outcome at once", "[protocol][receiver_ending]") {
    WithReceiverParts scene;
    scene.sender.group = 10'000;
    scene.begin();
    scene.parts.joining.confirm();
    scene.ending.succeed(scene.now, kRoot);
    CHECK_FALSE(scene.parts.due.has(ReceiverDue::report));
    scene.at(scene.parts.timers.at(Timer::linger));
    scene.ending.tell(scene.now);
    CHECK(scene.parts.due.has(ReceiverDue::report));
}

TEST_CASE("a plain sender is told nothing, but may yet ask for an acknowledgement",
          "[protocol][receiver_ending]") {
    WithReceiverParts scene;
    scene.begin(true);
    scene.ending.succeed(scene.now, {});
    CHECK(scene.parts.stage == ReceiverStage::telling);
    CHECK_FALSE(scene.parts.due.has(ReceiverDue::report));
    CHECK(scene.parts.timers.at(Timer::linger) == scene.now + seconds(1));
    scene.ending.tell(scene.now + seconds(1));
    CHECK(scene.result() == "success");
}

TEST_CASE("success is confirmed by the same digest of the whole", "[protocol][receiver_ending]") {
    WithReceiverParts scene;
    scene.begin();
    scene.ending.succeed(scene.now, kRoot);
    SECTION("the same") {
        scene.ending.confirm(kRoot);
        CHECK(scene.result() == "success");
    }
    SECTION("another") {
        scene.ending.confirm(Bytes(kRoot).first(3));
        CHECK(scene.result() == "integrity");
    }
}

TEST_CASE("an offer that is declined and that nobody answers was nobody's",
          "[protocol][receiver_ending]") {
    WithReceiverParts scene;
    scene.offer();
    scene.ending.decline(scene.now, kFull);
    CHECK(scene.parts.stage == ReceiverStage::telling);
    scene.at(scene.now + seconds(4));
    scene.ending.tell(scene.now);
    CHECK(scene.parts.stage == ReceiverStage::unanswered);
    CHECK(scene.told(Kind::unanswered));
    CHECK(scene.result() == "running");
}

TEST_CASE("the driver's words go to the sender, and ours are put into words by the driver",
          "[protocol][receiver_ending]") {
    auto config = ReceiverTalk::receiver_config();
    SECTION("of the driver") {
        WithReceiverParts scene(config);
        scene.begin();
        scene.ending.fail(scene.now, kFull);
        CHECK(scene.parts.farewell.text() == "the disk is full");
    }
    SECTION("ours") {
        config.error_text = [](const ReceiverError& error) { return std::string(error.name()); };
        WithReceiverParts scene(config);
        scene.begin();
        scene.ending.fail(scene.now, scene.ending.standstill());
        CHECK(scene.parts.farewell.text() == "timed_out");
    }
    SECTION("ours, without words") {
        WithReceiverParts scene(config);
        scene.begin();
        scene.ending.fail(scene.now, scene.ending.standstill());
        CHECK(scene.parts.farewell.text().empty());
    }
}

TEST_CASE("a standstill has its reason", "[protocol][receiver_ending]") {
    WithReceiverParts scene;
    scene.begin();
    CHECK(scene.ending.standstill().why == ReceiverError::Why::stands_still);
    scene.block(0);
    scene.digests();
    scene.content.on_verdict(scene.now, 0, false);
    CHECK(scene.ending.standstill().why == ReceiverError::Why::wrong_content);
}
