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

TEST_CASE("a receiver that the sender names has joined", "[protocol][states_intake]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.timers.set(Timer::join, scene.now);
    scene.states(wire::ReceiverState::joined);
    CHECK(scene.parts.joining.confirmed());
    CHECK_FALSE(scene.parts.timers.running(Timer::join));
    CHECK(scene.parts.timers.running(Timer::report));
    CHECK(scene.told(Kind::joined));
    scene.states(wire::ReceiverState::joined);
    CHECK(scene.parts.events.size() == 1);
}

TEST_CASE("states of other receivers, or of another challenge, say nothing",
          "[protocol][states_intake]") {
    WithReceiverParts scene;
    scene.begin();
    scene.message(scene.sender.receiver_states(NodeId{77}, wire::ReceiverState::joined));
    scene.sender.challenge = 1;
    scene.states(wire::ReceiverState::detached);
    CHECK_FALSE(scene.parts.joining.confirmed());
    CHECK(scene.result() == "running");
}

TEST_CASE("a receiver that was behind asks when its turn has come", "[protocol][states_intake]") {
    WithReceiverParts scene;
    scene.begin();
    scene.data(0, 0);
    scene.states(wire::ReceiverState::behind);
    CHECK(scene.parts.deferral.active());
    scene.data(1, 0);
    CHECK_FALSE(scene.parts.timers.running(Timer::nack));
    scene.states(wire::ReceiverState::joined);
    CHECK_FALSE(scene.parts.deferral.active());
    CHECK(scene.parts.timers.running(Timer::nack));
}

TEST_CASE("nobody is deferred for the sake of others while the sender is idle",
          "[protocol][states_intake]") {
    WithReceiverParts scene;
    scene.begin();
    scene.parts.sender_idle = true;
    scene.states(wire::ReceiverState::behind);
    CHECK_FALSE(scene.parts.deferral.active());
}

TEST_CASE("a node id that is taken is drawn anew, unless it was given",
          "[protocol][states_intake]") {
    auto config = ReceiverTalk::receiver_config();
    SECTION("drawn") {
        WithReceiverParts scene(config);
        scene.begin();
        scene.states(wire::ReceiverState::refused, ErrorCode::node_taken);
        CHECK(scene.parts.config.node != kReceiverNode);
        CHECK(scene.parts.timers.running(Timer::join));
        CHECK(scene.result() == "running");
    }
    SECTION("given") {
        config.fixed_node = true;
        WithReceiverParts scene(config);
        scene.begin();
        scene.states(wire::ReceiverState::refused, ErrorCode::node_taken);
        CHECK(scene.result() == "node_taken");
    }
    SECTION("or there is no room") {
        WithReceiverParts scene(config);
        scene.begin();
        scene.states(wire::ReceiverState::refused);
        CHECK(scene.result() == "refused");
    }
}

TEST_CASE("a receiver that takes part is not refused", "[protocol][states_intake]") {
    WithReceiverParts scene;
    scene.begin();
    scene.states(wire::ReceiverState::joined);
    scene.states(wire::ReceiverState::refused);
    CHECK(scene.result() == "running");
}

TEST_CASE("a receiver that the sender gave up ends with its reason", "[protocol][states_intake]") {
    WithReceiverParts scene;
    scene.begin();
    SECTION("detached") {
        scene.states(wire::ReceiverState::detached);
        CHECK(scene.result() == "detached");
    }
    SECTION("silent") {
        scene.states(wire::ReceiverState::failed, ErrorCode::receiver_lost);
        CHECK(scene.result() == "timed_out");
    }
    SECTION("done, which it never said") {
        scene.states(wire::ReceiverState::done);
        CHECK(scene.result() == "running");
    }
}

TEST_CASE("an outcome that is told is confirmed by the sender's list",
          "[protocol][states_intake]") {
    WithReceiverParts scene;
    scene.begin();
    scene.ending.succeed(scene.now, kRoot);
    SECTION("as done") {
        scene.states(wire::ReceiverState::done);
        CHECK(scene.result() == "success");
    }
    SECTION("as failed, for its content") {
        scene.states(wire::ReceiverState::failed, ErrorCode::integrity);
        CHECK(scene.result() == "integrity");
    }
}

TEST_CASE("a sender's end is the receiver's, unless it has all", "[protocol][states_intake]") {
    WithReceiverParts scene;
    scene.begin();
    const auto end = [&](ErrorCode code) {
        scene.message(scene.sender.end(static_cast<std::uint16_t>(code), "why"));
    };
    SECTION("cancelled") {
        end(ErrorCode::cancelled);
        CHECK(scene.result() == "cancelled");
    }
    SECTION("failed") {
        end(ErrorCode::io);
        CHECK(scene.result() == "sender_failed");
    }
    SECTION("well") {
        end({});
        CHECK(scene.result() == "detached");
    }
    SECTION("while the file gets its name") {
        scene.parts.stage = ReceiverStage::finishing;
        end({});
        CHECK(scene.result() == "running");
        scene.ending.succeed(scene.now, kRoot);
        CHECK(scene.result() == "success");
    }
}
