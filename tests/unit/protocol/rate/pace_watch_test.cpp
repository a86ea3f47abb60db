// SPDX-License-Identifier: MIT
#include "protocol/rate/pace_watch.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr MemberId kOne{MemberIndex{0}, NodeId{1}};
constexpr MemberId kTwo{MemberIndex{1}, NodeId{2}};
constexpr MemberId kThree{MemberIndex{2}, NodeId{3}};

using Trouble = PaceWatch::Trouble;

Trouble well(MemberId id) {
    return {.id = id};
}
Trouble loses(MemberId id, double part, Cause cause = Cause::link) {
    return {.id = id, .lost = part, .blamed = true, .cause = cause};
}
Trouble queues(MemberId id, Duration queue) {
    return {.id = id, .queue = queue};
}

struct Watching {
    void epoch(const std::vector<Trouble>& receivers, double bps = 20e6, bool own_link = false) {
        now += milliseconds(100);
        watch.on_epoch(now, receivers, bps, own_link);
    }
    // It loses most, once: the rate falls, and nothing is lost any more.
    void slow_link() {
        epoch({well(kOne), loses(kTwo, 0.6), well(kThree)}, 50e6);
        for (int i = 0; i < 2; ++i) epoch({well(kOne), well(kTwo), well(kThree)});
    }

    PaceWatch watch;
    Time now{seconds(1000)};
};

}  // namespace

TEST_CASE("one that loses most of what the others get is named soon, and why", "[protocol][pace]") {
    Watching w;
    w.slow_link();
    CHECK(w.watch.found() == Pacing{kTwo, Cause::link});
}

TEST_CASE("it stays named although the rate has adapted and it loses nothing any more",
          "[protocol][pace]") {
    Watching w;
    w.slow_link();
    for (int i = 0; i < 30; ++i) w.epoch({well(kOne), well(kTwo), well(kThree)});
    CHECK(w.watch.found() == Pacing{kTwo, Cause::link});
    w.epoch({well(kOne), queues(kTwo, milliseconds(10)), well(kThree)});
    for (int i = 0; i < 30; ++i) w.epoch({well(kOne), well(kTwo), well(kThree)});
    CHECK(w.watch.found() == Pacing{kTwo, Cause::link});
}

TEST_CASE("it stays named while the rate is too low to show anything", "[protocol][pace]") {
    Watching w;
    w.slow_link();
    for (int i = 0; i < 100; ++i) w.epoch({well(kOne), well(kTwo), well(kThree)}, 14e6);
    CHECK(w.watch.found());
    w.epoch({well(kOne), queues(kTwo, milliseconds(10)), well(kThree)}, 14e6);
    w.epoch({well(kOne), well(kTwo), well(kThree)}, 20e6);  // that was no measure of its link
    CHECK(w.watch.found());
}

TEST_CASE("it is named no more when it takes much more, or was in nobody's way for seconds",
          "[protocol][pace]") {
    Watching w;
    w.slow_link();
    w.epoch({well(kOne), well(kTwo), well(kThree)}, 30e6);
    CHECK_FALSE(w.watch.found());
    w.slow_link();
    for (int i = 0; i < 110; ++i) w.epoch({well(kOne), well(kTwo), well(kThree)});
    CHECK_FALSE(w.watch.found());
}

TEST_CASE("what others tell of a little later was not that one's alone", "[protocol][pace]") {
    Watching w;
    w.epoch({well(kOne), loses(kTwo, 0.6), well(kThree)}, 50e6);
    w.epoch({loses(kOne, 0.5), well(kTwo), loses(kThree, 0.6)}, 50e6);
    for (int i = 0; i < 5; ++i) w.epoch({well(kOne), well(kTwo), well(kThree)});
    CHECK_FALSE(w.watch.found());
}

TEST_CASE("a disk is remembered for longer, since its backlog fills up slowly",
          "[protocol][pace]") {
    Watching w;
    for (int i = 0; i < 3; ++i) w.epoch({well(kOne), loses(kTwo, 0.02, Cause::disk), well(kThree)});
    for (int i = 0; i < 200; ++i) w.epoch({well(kOne), well(kTwo), well(kThree)});
    CHECK(w.watch.found());
    for (int i = 0; i < 110; ++i) w.epoch({well(kOne), well(kTwo), well(kThree)});
    CHECK_FALSE(w.watch.found());
}

TEST_CASE("a hiccup names nobody, and takes the name of nobody", "[protocol][pace]") {
    Watching w;
    w.epoch({well(kOne), loses(kTwo, 0.1), well(kThree)});
    CHECK_FALSE(w.watch.found());
    for (int i = 0; i < 2; ++i) w.epoch({well(kOne), loses(kTwo, 0.1), well(kThree)});
    CHECK(w.watch.found());
    w.epoch({loses(kOne, 0.1), well(kTwo), well(kThree)});
    w.epoch({well(kOne), well(kTwo), queues(kThree, milliseconds(20))});
    CHECK(w.watch.found()->id == kTwo);
    for (int i = 0; i < 20; ++i) w.epoch({loses(kOne, 0.1, Cause::disk), well(kTwo), well(kThree)});
    CHECK(w.watch.found() == Pacing{kOne, Cause::disk});
}

TEST_CASE("the only one is named for its losses, not for a queue", "[protocol][pace]") {
    Watching w;
    for (int i = 0; i < 5; ++i) w.epoch({queues(kOne, milliseconds(10))});
    CHECK_FALSE(w.watch.found());
    for (int i = 0; i < 5; ++i) w.epoch({loses(kOne, 0.2)});
    CHECK(w.watch.found() == Pacing{kOne, Cause::link});
    for (int i = 0; i < 9; ++i) w.epoch({queues(kOne, milliseconds(10))});
    CHECK(w.watch.found());
}

TEST_CASE("what most of them suffer together is nobody's", "[protocol][pace]") {
    Watching w;
    for (int i = 0; i < 5; ++i) w.epoch({loses(kOne, 0.5), loses(kTwo, 0.6), loses(kThree, 0.4)});
    CHECK_FALSE(w.watch.found());
    for (int i = 0; i < 5; ++i)
        w.epoch({queues(kOne, milliseconds(9)), queues(kTwo, milliseconds(10)), well(kThree)});
    CHECK_FALSE(w.watch.found());
    // But one that is in it alone is named, also when all had been.
    w.now += seconds(3);
    w.slow_link();
    REQUIRE(w.watch.found());
    CHECK(w.watch.found()->id == kTwo);
}

TEST_CASE("a queue before our own link is no receiver's", "[protocol][pace]") {
    Watching w;
    for (int i = 0; i < 5; ++i) w.epoch({well(kOne), queues(kTwo, milliseconds(10))}, 20e6, true);
    CHECK_FALSE(w.watch.found());
}

TEST_CASE("one that is gone or finished is not named any longer", "[protocol][pace]") {
    Watching w;
    w.slow_link();
    w.watch.forget(kOne);
    CHECK(w.watch.found());
    w.watch.forget(kTwo);
    CHECK_FALSE(w.watch.found());
}
