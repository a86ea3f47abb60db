// SPDX-License-Identifier: MIT
#include "protocol/send/straggler_detector.hpp"

#include <array>
#include <functional>
#include <vector>

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// What comes through to one receiver of the packets that are sent in 10 ms.
using Way = std::function<StragglerDetector::Sample(std::uint64_t)>;

Way clear() {
    return [](std::uint64_t sent) {
        return StragglerDetector::Sample{.expected = sent, .received = sent};
    };
}
Way loses(double part) {
    return [part](std::uint64_t sent) {
        return StragglerDetector::Sample{
            .expected = sent,
            .received = static_cast<std::uint64_t>(static_cast<double>(sent) * (1 - part))};
    };
}
/// A link that takes so many packets in 10 ms.
Way takes(std::uint64_t most) {
    return [most](std::uint64_t sent) {
        return StragglerDetector::Sample{.expected = sent, .received = std::min(sent, most)};
    };
}
/// A disk that does, and whose backlog is full.
Way disk(std::uint64_t most) {
    return [most](std::uint64_t sent) {
        return StragglerDetector::Sample{
            .expected = sent,
            .received = sent,
            .backlog = 0.8,
            .backlog_growth = static_cast<double>(sent) - static_cast<double>(most)};
    };
}

/// A group whose members report each 10 ms; the first is the one that is asked about.
struct Group {
    explicit Group(std::size_t size) : ways(size, clear()) {
        for (std::size_t i = 0; i < size; ++i) watch.attach(member(i), now);
    }
    static MemberIndex member(std::size_t i) { return static_cast<MemberIndex>(i); }
    void pass(Duration time, std::uint64_t sent = 200) {
        for (const Time end = now + time; now < end;) {
            now += milliseconds(10);
            for (std::size_t i = 0; i < ways.size(); ++i)
                if (ways[i]) watch.on_sample(member(i), now, ways[i](sent));
            watch.look(now, milliseconds(10));
        }
    }
    [[nodiscard]] std::optional<LimitedBy> slow(std::size_t i = 0) const {
        return watch.slow(member(i));
    }

    StragglerDetector watch;
    Time now{seconds(1000)};
    std::vector<Way> ways;
};

}  // namespace

TEST_CASE("one whose link takes a tenth is slow within a tenth of a second",
          "[protocol][straggler_detector]") {
    Group group(10);
    group.ways[0] = takes(20);
    group.pass(milliseconds(100));
    CHECK(group.slow() == LimitedBy::network);
    for (std::size_t i = 1; i < 10; ++i) CHECK_FALSE(group.slow(i));
}

TEST_CASE("it is still known to be slow when the rate has been cut to what it takes",
          "[protocol][straggler_detector]") {
    Group group(4);
    group.ways[0] = takes(20);
    group.pass(milliseconds(20));
    group.pass(milliseconds(300), 20);
    CHECK(group.slow() == LimitedBy::network);
}

TEST_CASE("what all suffer makes nobody slow", "[protocol][straggler_detector]") {
    Group group(10);
    group.pass(milliseconds(500));
    for (Way& way : group.ways) way = takes(50);
    group.pass(milliseconds(100));
    group.pass(milliseconds(500), 50);
    for (std::size_t i = 0; i < 10; ++i) CHECK_FALSE(group.slow(i));
    // What they took before says nothing any more.
    group.ways[0] = loses(0.5);
    group.pass(milliseconds(20), 50);
    group.ways[0] = takes(50);
    group.pass(milliseconds(300), 50);
    CHECK_FALSE(group.slow());
}

TEST_CASE("a hiccup of one window makes nobody slow", "[protocol][straggler_detector]") {
    Group group(4);
    group.pass(milliseconds(500));
    group.ways[0] = loses(0.9);
    group.pass(milliseconds(20));
    group.ways[0] = clear();
    group.pass(milliseconds(200));
    CHECK_FALSE(group.slow());
}

TEST_CASE("one that loses a seventh more than the others is slow after half a second, not before",
          "[protocol][straggler_detector]") {
    Group group(4);
    group.ways[0] = loses(0.15);
    group.pass(milliseconds(300));
    CHECK_FALSE(group.slow());
    group.pass(milliseconds(400));
    CHECK(group.slow() == LimitedBy::network);
}

TEST_CASE("one that loses a twentieth is not slow", "[protocol][straggler_detector]") {
    Group group(4);
    group.ways[0] = loses(0.05);
    group.pass(seconds(3));
    CHECK_FALSE(group.slow());
}

TEST_CASE("of two the slower one is slow, of one nobody", "[protocol][straggler_detector]") {
    Group two(2);
    two.ways[0] = takes(50);
    two.pass(milliseconds(300));
    CHECK(two.slow());
    CHECK_FALSE(two.slow(1));
    Group one(1);
    one.ways[0] = takes(50);
    one.pass(milliseconds(300));
    CHECK_FALSE(one.slow());
}

TEST_CASE("when most are slow, nobody is", "[protocol][straggler_detector]") {
    Group group(5);
    for (std::size_t i = 0; i < 3; ++i) group.ways[i] = takes(50);
    group.pass(milliseconds(500));
    for (std::size_t i = 0; i < 5; ++i) CHECK_FALSE(group.slow(i));
}

TEST_CASE("a full disk is named, and a disk hardly slower than another is not",
          "[protocol][straggler_detector]") {
    Group group(2);
    group.ways[0] = disk(40);
    group.pass(milliseconds(400));
    CHECK(group.slow() == LimitedBy::disk);
    Group burst(2);  // as disks write
    burst.ways[0] = disk(0);
    burst.pass(milliseconds(150));
    CHECK_FALSE(burst.slow());
    Group close(2);
    close.ways[0] = disk(95);
    close.ways[1] = disk(100);
    close.pass(milliseconds(400));
    CHECK_FALSE(close.slow());
}

TEST_CASE("losses of its host are told from those of its network",
          "[protocol][straggler_detector]") {
    Group group(3);
    group.ways[0] = [](std::uint64_t sent) {
        return StragglerDetector::Sample{.expected = sent, .received = sent / 4, .host_drops = 1};
    };
    group.pass(milliseconds(300));
    CHECK(group.slow() == LimitedBy::host);
}

TEST_CASE("silence is not slowness", "[protocol][straggler_detector]") {
    Group group(3);
    group.pass(milliseconds(100));
    group.ways[0] = nullptr;
    group.pass(milliseconds(400));
    CHECK_FALSE(group.slow());
}

TEST_CASE("one for whose window new data waits is slow, unless it waits seldom",
          "[protocol][straggler_detector]") {
    for (const auto& [part, slow] : {std::pair{1, true}, {2, true}, {10, false}}) {
        INFO("one time in " << part);
        Group group(2);
        for (int i = 0; i < 40; ++i) {
            group.watch.on_holding(Group::member(0), milliseconds(50), i % part == 0);
            group.watch.on_holding(Group::member(1), milliseconds(50), false);
            group.pass(milliseconds(50));
        }
        CHECK(group.slow().has_value() == slow);
    }
}

TEST_CASE("one that was left behind keeps up when it has got all for a second",
          "[protocol][straggler_detector]") {
    Group group(3);
    group.ways[0] = takes(50);
    group.pass(milliseconds(300));
    REQUIRE(group.slow());
    group.watch.leave(Group::member(0), LimitedBy::network);
    group.pass(seconds(2));
    CHECK_FALSE(group.watch.keeps_up(Group::member(0)));
    group.ways[0] = clear();
    group.pass(milliseconds(500));
    CHECK_FALSE(group.watch.keeps_up(Group::member(0)));
    group.pass(milliseconds(700));
    CHECK(group.watch.keeps_up(Group::member(0)));
}

TEST_CASE("the others' pace is known without the one that was left behind",
          "[protocol][straggler_detector]") {
    Group group(3);
    group.ways[0] = takes(50);
    group.pass(milliseconds(300));
    group.watch.leave(Group::member(0), LimitedBy::network);
    CHECK(group.watch.all_take() == Approx(20'000).epsilon(0.1));
}

TEST_CASE("loss that stays when less is sent has nothing to do with the rate",
          "[protocol][straggler_detector]") {
    // A link that is slow loses less then, and one that loses more than half may be slow as well.
    const std::array ways{loses(0.4), takes(120), loses(0.7)};
    for (std::size_t way = 0; way < ways.size(); ++way) {
        INFO("way " << way);
        Group group(3);
        group.ways[0] = ways[way];
        group.pass(milliseconds(300));
        group.watch.leave(Group::member(0), LimitedBy::network);
        group.pass(milliseconds(300));
        for (std::size_t i = 1; i < 3; ++i) group.watch.forget(Group::member(i));
        group.ways.resize(1);
        group.watch.attach(Group::member(0), group.now);
        group.pass(milliseconds(300), 120);
        const auto found = group.watch.take_unrelated(Group::member(0));
        REQUIRE(found.has_value() == (way == 0));
        if (found) CHECK(found->loss == Approx(0.4).epsilon(0.05));
        CHECK_FALSE(group.watch.take_unrelated(Group::member(0)));  // told once
    }
}
