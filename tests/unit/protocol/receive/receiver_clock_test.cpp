// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "with_receiver_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Timer = ReceiverTimer;

TEST_CASE("a join is due, and again later", "[protocol][receiver_clock]") {
    WithReceiverParts scene;
    scene.offer();
    scene.offers.accept(scene.now, std::nullopt);
    scene.now = scene.parts.timers.at(Timer::join);
    scene.clock.handle_timeout(scene.now);
    CHECK(scene.parts.due.has(ReceiverDue::join));
    CHECK(scene.parts.timers.at(Timer::join) > scene.now);
}

TEST_CASE("a report is due, and the next one, until the outcome is told",
          "[protocol][receiver_clock]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.timers.set(Timer::report, scene.now);
    scene.clock.handle_timeout(scene.now);
    CHECK(scene.parts.due.take(ReceiverDue::report));
    CHECK(scene.parts.timers.running(Timer::report));
    scene.parts.stage = ReceiverStage::telling;
    scene.parts.timers.set(Timer::report, scene.now);
    scene.clock.handle_timeout(scene.now);
    CHECK_FALSE(scene.parts.due.has(ReceiverDue::report));
    CHECK_FALSE(scene.parts.timers.running(Timer::report));
}

TEST_CASE("a process that slept holds it against nobody", "[protocol][receiver_clock]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.joining.confirm();
    scene.now += seconds(60);
    scene.clock.handle_timeout(scene.now);
    CHECK(scene.parts.liveness.silence(scene.now) < seconds(1));
    CHECK(scene.result() == "running");
}

TEST_CASE("a receiver that was cut off joins again", "[protocol][receiver_clock]") {
    WithReceiverParts scene;
    scene.begin();
    scene.at(scene.now + seconds(3));
    scene.clock.on_heard(scene.now);
    CHECK_FALSE(scene.parts.timers.running(Timer::join));  // it never had joined
    scene.parts.joining.confirm();
    scene.at(scene.now + seconds(1));
    scene.clock.on_heard(scene.now);
    CHECK_FALSE(scene.parts.timers.running(Timer::join));
    scene.at(scene.now + seconds(3));
    scene.clock.on_heard(scene.now);
    CHECK(scene.parts.timers.at(Timer::join) == scene.now);
}

TEST_CASE("an offer that does not come in time is waited for no more",
          "[protocol][receiver_clock]") {
    auto config = ReceiverTalk::receiver_config();
    config.waiting_limit = milliseconds(500);
    WithReceiverParts scene(config);
    while (scene.result() == "running" && scene.now < kBegin + seconds(1))
        scene.clock.handle_timeout(scene.now = scene.parts.timers.next());
    CHECK(scene.result() == "no_sender");
    CHECK(scene.now == kBegin + milliseconds(500));
}

TEST_CASE("a sender that confirms no join is passed over", "[protocol][receiver_clock]") {
    WithReceiverParts scene;
    scene.begin();
    while (scene.parts.stage == ReceiverStage::receiving && scene.now < kBegin + seconds(5))
        scene.clock.handle_timeout(scene.now = scene.parts.timers.next());
    CHECK(scene.parts.stage == ReceiverStage::unanswered);
}

TEST_CASE("a transfer in which nothing moves fails", "[protocol][receiver_clock]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.joining.confirm();
    while (scene.parts.stage == ReceiverStage::receiving && scene.now < kBegin + seconds(60)) {
        scene.clock.handle_timeout(scene.now = scene.parts.timers.next());
        scene.hear();
    }
    CHECK(scene.parts.farewell.error()->code == ErrorCode::timed_out);
    CHECK(scene.now > kBegin + seconds(30));
    CHECK(scene.now < kBegin + seconds(31));
}
