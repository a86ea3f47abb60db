// SPDX-License-Identifier: MIT
#include "protocol/send/sender_wait.hpp"

#include "support/catch.hpp"
#include "with_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using Kind = SenderWait::Kind;

TEST_CASE("a sender waits for programs when it waits for nothing else", "[protocol][sender_wait]") {
    WithParts scene(3);
    scene.start();
    scene.send(4);
    scene.member(1).reader_at_work = scene.member(2).reader_at_work = true;
    CHECK(sender_wait(scene.parts).kind == Kind::repair);
    scene.member(3).state = State::success;
    const auto wait = sender_wait(scene.parts);
    CHECK(wait.kind == Kind::readers);
    CHECK(wait.names == std::vector<std::string>{"pc1", "pc2"});
}
