// SPDX-License-Identifier: MIT
#include "protocol/send/presence_watch.hpp"

#include "support/catch.hpp"
#include "with_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = SenderEvent::Kind;

namespace {

struct Watched : WithParts {
    Watched() : WithParts(2) {}
    void check_at(Time time) {
        at(time);
        parts.presence.check(now, member(1));
    }
    void away() {
        start();
        check_at(kBegin + seconds(2));
    }
};

}  // namespace

TEST_CASE("a receiver that is not heard is away, and does not pace", "[protocol][presence_watch]") {
    Watched watched;
    watched.start();
    watched.check_at(kBegin + milliseconds(300));
    CHECK(watched.member(1).presence == Presence::here);
    watched.check_at(kBegin + milliseconds(400));
    CHECK(watched.member(1).presence == Presence::away);
    CHECK(watched.member(1).limited_by == LimitedBy::gone);
    CHECK(watched.parts.group.attached() == 1);
}

TEST_CASE("before data flows silence is borne for longer, and then it does not count",
          "[protocol][presence_watch]") {
    Watched watched;
    watched.check_at(kBegin + seconds(5));
    CHECK(watched.member(1).counted);
    watched.check_at(kBegin + seconds(5) + milliseconds(1));
    CHECK_FALSE(watched.member(1).counted);
    watched.parts.presence.on_heard(watched.now, watched.member(1));
    CHECK(watched.member(1).counted);
    CHECK(watched.member(1).presence == Presence::here);
}

TEST_CASE("people are told of a silence of a second, once", "[protocol][presence_watch]") {
    Watched watched;
    watched.start();
    watched.check_at(kBegin + milliseconds(900));
    CHECK(watched.events_of(1).empty());
    watched.check_at(kBegin + milliseconds(1000));
    CHECK(watched.events_of(1) == Kinds{Kind::left_behind});
    watched.check_at(kBegin + milliseconds(1100));
    CHECK(watched.events_of(1).empty());
}

TEST_CASE("a receiver that is back paces when it has told of packets sent since",
          "[protocol][presence_watch]") {
    Watched watched;
    watched.away();
    for (int i = 0; i < 10; ++i) (void)watched.parts.history.take();
    watched.parts.presence.on_heard(watched.now, watched.member(1));
    CHECK(watched.member(1).presence == Presence::returning);
    CHECK_FALSE(watched.parts.presence.is_here(watched.now, watched.member(1),
                                               {.first = 9, .expected = 1}));
    CHECK_FALSE(watched.parts.presence.is_here(watched.now, watched.member(1), {.first = 20}));
    (void)watched.events_of(1);
    CHECK(watched.parts.presence.is_here(watched.now, watched.member(1),
                                         {.first = 10, .expected = 1}));
    CHECK(watched.member(1).presence == Presence::here);
    CHECK(watched.events_of(1) == Kinds{Kind::returned});
    CHECK(watched.parts.group.attached() == 2);
}

TEST_CASE("answers from before its absence are stale", "[protocol][presence_watch]") {
    Watched watched;
    watched.away();
    watched.parts.presence.on_heard(watched.now, watched.member(1));
    CHECK(watched.parts.presence.stale(&watched.member(1), watched.now - milliseconds(1)));
    CHECK_FALSE(watched.parts.presence.stale(&watched.member(1), watched.now));
    CHECK_FALSE(watched.parts.presence.stale(&watched.member(2), watched.now - milliseconds(1)));
}

TEST_CASE("the sleep of this process is no silence of the receivers",
          "[protocol][presence_watch]") {
    Watched watched;
    watched.start();
    CHECK(watched.parts.presence.wake(kBegin + seconds(20), kBegin + milliseconds(50)) ==
          seconds(20) - milliseconds(50));
    watched.parts.presence.check(kBegin + seconds(20), watched.member(1));
    CHECK(watched.member(1).presence == Presence::here);
    CHECK(watched.parts.presence.stale(nullptr, kBegin + seconds(19)));
    CHECK(watched.parts.presence.wake(kBegin + seconds(21), kBegin + seconds(21)) ==
          Duration::zero());
}
