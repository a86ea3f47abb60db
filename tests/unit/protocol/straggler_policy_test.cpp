// SPDX-License-Identifier: MIT
#include "protocol/send/straggler_policy.hpp"

#include "support/catch.hpp"
#include "with_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = SenderEvent::Kind;

namespace {

/// Three receivers, of which the third keeps the others back.
struct Group : WithParts {
    explicit Group(SlowPolicy policy = {.detach = true}) : WithParts(3, config(policy)) {
        start();
        send(50);
        for (std::uint32_t i = 1; i <= 2; ++i)
            member(i).bytes_done = member(i).bytes_reached = 500'000;
    }
    static SenderConfig config(SlowPolicy policy) {
        auto config = sender_config(100);
        config.on_slow = policy;
        return config;
    }
    /// The policy leaves it behind for its rate.
    void leave_behind() {
        at(kBegin + seconds(4));
        member(1).rate = member(2).rate = DataRate::bits_per_second(50e6);
        member(3).rate = DataRate::bits_per_second(1e6);
        parts.stragglers.check(now);
    }
    void check_after(Duration passed) {
        at(now + passed);
        parts.stragglers.check(now);
    }
};

constexpr SlowPolicy kBelow{.detach = true, .below_bps = 10'000'000};
constexpr SlowPolicy kDrop{.detach = true, .below_bps = 10'000'000, .drop = true};

}  // namespace

TEST_CASE("a receiver below the rate that was asked for is left behind",
          "[protocol][straggler_policy]") {
    Group group(kBelow);
    group.leave_behind();
    CHECK_FALSE(group.member(3).attached);
    CHECK(group.member(3).left_for == LimitedBy::network);
    CHECK(group.member(1).attached);
    CHECK(group.parts.group.attached() == 2);
    CHECK(group.parts.messages.states_waiting());
}

TEST_CASE("nobody is left behind in the first seconds, or when nobody asked for it",
          "[protocol][straggler_policy]") {
    Group early(kBelow);
    early.member(3).rate = DataRate::bits_per_second(1e6);
    early.check_after(seconds(3));
    CHECK(early.member(3).attached);
    Group never(SlowPolicy{.detach = false, .below_bps = 10'000'000});
    never.leave_behind();
    CHECK(never.member(3).attached);
}

TEST_CASE("people are told when it lasts", "[protocol][straggler_policy]") {
    Group group(kBelow);
    group.leave_behind();
    group.check_after(milliseconds(1400));
    CHECK(group.events_of(3).empty());
    group.check_after(milliseconds(100));
    CHECK(group.events_of(3) == Kinds{Kind::left_behind});
    group.check_after(seconds(1));
    CHECK(group.events_of(3).empty());
}

TEST_CASE("a receiver is dropped after two seconds, where that was asked for",
          "[protocol][straggler_policy]") {
    Group group(kDrop);
    group.leave_behind();
    group.check_after(milliseconds(1900));
    CHECK(group.member(3).in_progress());
    group.check_after(milliseconds(100));
    CHECK_FALSE(group.member(3).in_progress());
    REQUIRE(group.member(3).error);
    CHECK(group.member(3).error->code == ErrorCode::detached);
}

TEST_CASE("it is the turn of those who were left behind when the others have all",
          "[protocol][straggler_policy]") {
    Group group(kBelow);
    group.leave_behind();
    group.send(100);
    group.check_after(milliseconds(50));
    CHECK_FALSE(group.member(3).attached);
    for (std::uint32_t i = 1; i <= 2; ++i) group.member(i).bytes_done = 1'000'000;
    group.check_after(milliseconds(50));
    CHECK(group.member(3).attached);
    CHECK(group.parts.group.attached() == 3);
    CHECK(group.events_of(3) == Kinds{Kind::left_behind});
}

TEST_CASE("nobody waits for the output of a receiver that is away",
          "[protocol][straggler_policy]") {
    Group group;
    group.member(3).paces = true;
    group.member(3).window_end = 500'000;
    group.member(3).presence = Presence::away;
    group.parts.group.recount();
    CHECK(group.parts.hold.held());
    group.check_after(milliseconds(50));
    CHECK_FALSE(group.member(3).attached);
    CHECK(group.member(3).left_for == LimitedBy::gone);
    CHECK_FALSE(group.parts.hold.held());
}

TEST_CASE("a receiver that is taken back paces with the room that it has",
          "[protocol][straggler_policy]") {
    Group group(kBelow);
    group.leave_behind();
    group.parts.notices.tell_behind(group.member(3));
    CHECK(group.events_of(3) == Kinds{Kind::left_behind});
    group.member(3).window_end = 600'000;
    group.parts.stragglers.take_back(group.now, group.member(3));
    CHECK(group.member(3).attached);
    CHECK(group.member(3).paces);
    CHECK(group.parts.stragglers.returns(group.member(3)) == 1);
    CHECK(group.events_of(3) == Kinds{Kind::returned});
    CHECK(group.parts.group.window_end() == 600'000);
}
