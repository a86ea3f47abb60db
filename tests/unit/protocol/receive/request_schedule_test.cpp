// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "with_receiver_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Timer = ReceiverTimer;

TEST_CASE("requests are wanted for what the sender has passed", "[protocol][request_schedule]") {
    WithReceiverParts scene;
    scene.begin();
    scene.data(0, 0);
    CHECK_FALSE(scene.requests.lacks_passed());
    CHECK_FALSE(scene.parts.timers.running(Timer::nack));
    scene.data(1, 0);
    CHECK(scene.requests.lacks_passed());
    CHECK(scene.parts.timers.running(Timer::nack));
}

TEST_CASE("a receiver that is deferred asks for nothing", "[protocol][request_schedule]") {
    WithReceiverParts scene;
    scene.begin();
    (void)scene.parts.deferral.on_state(scene.now, true);
    scene.data(1, 0);
    CHECK(scene.requests.lacks_passed());
    CHECK_FALSE(scene.parts.timers.running(Timer::nack));
}

TEST_CASE("a NACK is due when its timer ends", "[protocol][request_schedule]") {
    WithReceiverParts scene;
    scene.begin();
    scene.data(1, 0);
    scene.at(scene.parts.timers.at(Timer::nack));
    scene.parts.timers.stop(Timer::nack);
    scene.requests.on_nack_timer(scene.now);
    CHECK(scene.parts.due.has(ReceiverDue::nack));
}

TEST_CASE("digests are asked for at once when all has been sent to a few",
          "[protocol][request_schedule]") {
    WithReceiverParts scene;
    scene.begin();
    scene.requests.want_digests(scene.now);
    CHECK(scene.parts.timers.at(Timer::digests) >= scene.now + milliseconds(10));
    scene.requests.on_flush(scene.now, 3);
    CHECK(scene.parts.timers.running(Timer::nack));
    CHECK(scene.parts.timers.at(Timer::digests) <= scene.now + milliseconds(1));
}

TEST_CASE("digests that came before their timer are not asked for",
          "[protocol][request_schedule]") {
    WithReceiverParts scene;
    scene.begin();
    scene.block(0);
    REQUIRE(scene.parts.timers.running(Timer::digests));
    scene.requests.on_digest_timer(scene.now);
    CHECK(scene.parts.due.has(ReceiverDue::digests));
    scene.digests();
    CHECK_FALSE(scene.parts.timers.running(Timer::digests));
    scene.requests.on_digest_timer(scene.now);
    CHECK_FALSE(scene.parts.due.has(ReceiverDue::digests));
}

TEST_CASE("a shorter round trip shortens the waits", "[protocol][request_schedule]") {
    WithReceiverParts scene;
    scene.sender.grtt = 1;
    scene.begin();
    scene.requests.want_digests(scene.now);
    const Time before = scene.parts.timers.at(Timer::digests);
    scene.sender.grtt = 0.001;
    scene.hear();
    scene.requests.shorten(scene.now);
    CHECK(scene.parts.timers.at(Timer::digests) < before);
    CHECK(scene.parts.timers.at(Timer::digests) < scene.now + milliseconds(25));
}

TEST_CASE("what is missing is asked for again where the sender is quiet",
          "[protocol][request_schedule]") {
    WithReceiverParts scene;
    scene.begin();
    scene.data(1, 0);
    scene.parts.timers.stop(Timer::nack);
    scene.requests.ask_again(scene.now);
    CHECK_FALSE(scene.parts.timers.running(Timer::nack));
    scene.at(scene.now + milliseconds(101));
    scene.requests.ask_again(scene.now);
    CHECK(scene.parts.timers.running(Timer::nack));
}
