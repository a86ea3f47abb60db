// SPDX-License-Identifier: MIT
#include "protocol/send/new_data_hold.hpp"

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;

namespace {

/// Three receivers whose outputs are written in order; new data is at the beginning.
struct Held {
    Held() {
        for (std::uint32_t i = 1; i <= 3; ++i) {
            Member& member = group.add(NodeId{i}, kBegin);
            member.paces = true;
            member.window_end = member.window = 40'000;
        }
        stage.start(kBegin);
        group.recount();
    }
    Member& window(std::size_t which, ByteCount end) {
        group.all()[which].window_end = end;
        group.recount();
        return group.all()[which];
    }
    void check(int times) {
        for (int i = 0; i < times; ++i) hold.check();
    }

    Stage stage{kBegin};
    ObjectSender object{ten_by_ten(4), 0.0};
    Membership group{1, {}};
    NewDataHold hold{stage, object, group};
};

}  // namespace

TEST_CASE("new data waits for the receiver without room for the next block",
          "[protocol][new_data_hold]") {
    Held held;
    CHECK_FALSE(held.hold.held());
    Member& slow = held.window(1, 9'999);
    CHECK(held.hold.held());
    CHECK(held.hold.paused());
    CHECK(held.hold.holder() == &slow);
    CHECK(held.hold.held_by(slow));
    CHECK_FALSE(held.hold.held_by(held.group.all()[0]));
    held.window(1, 10'000);
    CHECK_FALSE(held.hold.held());
    CHECK(held.hold.holder() == nullptr);
}

TEST_CASE("nothing is held before data flows", "[protocol][new_data_hold]") {
    Held held;
    held.window(1, 0);
    held.stage = Stage(kBegin);
    CHECK_FALSE(held.hold.held());
}

TEST_CASE("a receiver is named when new data waits for it for a quarter of the time",
          "[protocol][new_data_hold]") {
    Held held;
    held.window(1, 0);
    held.check(1);
    CHECK_FALSE(held.hold.mostly());
    held.check(1);
    CHECK(held.hold.mostly() == MemberIndex{1});
    held.window(1, 40'000);
    held.check(5);
    CHECK(held.hold.mostly() == MemberIndex{1});
    held.check(5);
    CHECK_FALSE(held.hold.mostly());
}

TEST_CASE("nobody is named when new data waits for most of them", "[protocol][new_data_hold]") {
    Held held;
    held.window(1, 0);
    held.window(2, 5'000);
    held.check(20);
    CHECK_FALSE(held.hold.mostly());
}

TEST_CASE("another is named only when the first has been forgotten", "[protocol][new_data_hold]") {
    Held held;
    held.window(1, 0);
    held.check(10);
    held.window(1, 40'000);
    held.window(2, 0);
    held.check(5);
    CHECK(held.hold.mostly() == MemberIndex{1});
    held.check(20);
    CHECK(held.hold.mostly() == MemberIndex{2});
}
