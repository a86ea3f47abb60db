// SPDX-License-Identifier: MIT
// What a sender does about a receiver that keeps the others back (--on-slow).
#include <algorithm>

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = SenderEvent::Kind;
using wire::ReceiverState;

namespace {

constexpr NodeId kSlow{3};

/// Three receivers of many blocks that report each 20 ms, the third of which gets only a part.
struct Group {
    explicit Group(SlowPolicy policy, ByteCount blocks = 20'000) : talk(config(policy, blocks)) {
        for (std::uint32_t i = 1; i <= 3; ++i) talk.hear(receiver(i).join());
    }
    static SenderConfig config(SlowPolicy policy, ByteCount blocks) {
        auto config = sender_config(static_cast<std::uint32_t>(blocks));
        config.begin_with = 3;
        config.on_slow = policy;
        config.rate = DataRate::bits_per_second(100e6);
        return config;
    }
    void pass(Duration span) {
        for (const Time stop = talk.now + span; talk.now < stop;) {
            talk.pass(milliseconds(20));
            const std::uint64_t sent = talk.data.size();
            gone_by += static_cast<std::uint64_t>(part * static_cast<double>(sent - seen));
            seen = sent;
            for (std::uint32_t i = 1; i <= 3; ++i)
                talk.hear(receiver(i).report(
                    {.packets_received = i == 3 ? gone_by : sent,
                     .packets_expected = sent,
                     .bytes_done = std::min(talk.core().position(), i == 3 ? stuck_at : UINT64_MAX),
                     .backlog = i == 3 ? backlog() : 0,
                     .backlog_limit = kBacklogLimit}));
        }
    }
    /// The bytes that the slow one has received and not written.
    [[nodiscard]] std::uint32_t backlog() const {
        const double waits = (1 - written) * 1000 * static_cast<double>(gone_by);
        return static_cast<std::uint32_t>(std::min(waits, double{kBacklogLimit}));
    }
    [[nodiscard]] const Member& slow() { return talk.core().receivers()[2]; }

    SenderTalk talk;
    static constexpr std::uint32_t kBacklogLimit = 16 << 20;
    double part = 0.1;
    double written = 1;  // part of what the slow one has received
    std::uint64_t seen = 0;
    std::uint64_t gone_by = 0;
    ByteCount stuck_at = 0;
};

std::size_t repairs(const SenderTalk& talk) {
    return static_cast<std::size_t>(
        std::ranges::count_if(talk.data, [](const SentSymbol& s) { return s.repair; }));
}

}  // namespace

TEST_CASE("with detach a slow receiver is left behind, named, told, and not repaired for",
          "[protocol][sender]") {
    Group group({.detach = true});
    group.pass(milliseconds(300));
    CHECK_FALSE(group.slow().attached);
    CHECK(group.slow().limited_by == LimitedBy::network);
    CHECK(group.slow().in_progress());
    CHECK(group.talk.sent.states_of(kSlow).back() == ReceiverState::behind);
    const auto before = repairs(group.talk);
    group.talk.sent.clear();
    group.talk.hear(receiver(3).nack({ask_symbols(0, 10, 12)}));
    group.talk.pass(milliseconds(50));
    CHECK(repairs(group.talk) == before);
    CHECK(group.talk.sent.states_of(kSlow) == std::vector{ReceiverState::behind});
    CHECK(group.talk.core().receivers()[0].attached);
}

TEST_CASE("a receiver whose backlog fills while the others write all is slow by its disk",
          "[protocol][sender]") {
    Group group({.detach = true});
    group.part = 1;
    group.written = 0.1;
    group.pass(milliseconds(1400));
    CHECK_FALSE(group.slow().attached);
    CHECK(group.slow().limited_by == LimitedBy::disk);
}

TEST_CASE("one that is left behind is told so twice a second", "[protocol][sender]") {
    Group group({.detach = true});
    group.pass(milliseconds(300));
    REQUIRE_FALSE(group.slow().attached);
    group.talk.sent.clear();
    group.pass(seconds(3));
    const auto told = group.talk.sent.states_of(kSlow);
    CHECK(told.size() >= 5);
    CHECK(told.size() <= 7);
    CHECK(std::ranges::count(told, ReceiverState::behind) ==
          static_cast<std::ptrdiff_t>(told.size()));
}

TEST_CASE("one that was left behind for a moment is accused of nothing", "[protocol][sender]") {
    Group group({.detach = true});
    group.stuck_at = UINT64_MAX;
    group.pass(milliseconds(300));
    REQUIRE_FALSE(group.slow().attached);
    group.part = 1;
    group.pass(milliseconds(2500));
    REQUIRE(group.slow().attached);
    CHECK(group.talk.count(Kind::left_behind) == 0);
    CHECK(group.talk.count(Kind::returned) == 0);
}

TEST_CASE("it is told once that one is left behind, and that it is back", "[protocol][sender]") {
    Group group({.detach = true});
    group.stuck_at = UINT64_MAX;
    group.pass(milliseconds(2500));
    CHECK(group.talk.count(Kind::left_behind) == 1);
    group.part = 1;
    group.pass(milliseconds(2500));
    REQUIRE(group.slow().attached);
    CHECK(group.talk.count(Kind::left_behind) == 1);
    CHECK(group.talk.count(Kind::returned) == 1);
}

TEST_CASE("with wait nobody is left behind", "[protocol][sender]") {
    Group group({.detach = false});
    group.pass(seconds(1));
    CHECK(group.slow().attached);
    CHECK(group.talk.count(Kind::left_behind) == 0);
}

TEST_CASE("a rate given with detach spares who takes more", "[protocol][sender]") {
    // It gets a tenth of 100 Mbit/s.
    Group faster({.detach = true, .below_bps = 5'000'000});
    faster.pass(milliseconds(500));
    CHECK(faster.slow().attached);
    Group slower({.detach = true, .below_bps = 20'000'000});
    slower.pass(milliseconds(500));
    CHECK_FALSE(slower.slow().attached);
}

TEST_CASE("it comes back when it keeps up and lacks little", "[protocol][sender]") {
    Group group({.detach = true});
    group.pass(milliseconds(300));
    REQUIRE_FALSE(group.slow().attached);
    group.part = 1;
    SECTION("it lacks little") {
        group.stuck_at = UINT64_MAX;
        group.pass(milliseconds(1500));
        CHECK(group.slow().attached);
        CHECK(group.talk.sent.states_of(kSlow).back() == ReceiverState::joined);
    }
    SECTION("it lacks much") {
        group.stuck_at = 1000;
        group.pass(milliseconds(3000));
        CHECK_FALSE(group.slow().attached);
    }
}

TEST_CASE("it is repaired for as soon as the others have all", "[protocol][sender]") {
    Group group({.detach = true}, 400);
    group.pass(milliseconds(300));
    REQUIRE_FALSE(group.slow().attached);
    group.pass(milliseconds(300));
    REQUIRE(group.talk.core().first_pass_done());
    CHECK(group.slow().attached);
    const auto before = repairs(group.talk);
    group.talk.hear(receiver(3).nack({ask_symbols(399, 10, 12)}));
    group.talk.pass(milliseconds(50));
    CHECK(repairs(group.talk) > before);
}

TEST_CASE("with drop it is given up when it does not keep up again", "[protocol][sender]") {
    Group group({.detach = true, .drop = true}, 40'000);
    group.pass(milliseconds(1500));
    CHECK(group.slow().in_progress());
    group.pass(milliseconds(1500));
    REQUIRE(group.slow().error);
    CHECK(group.slow().error->name() == "detached");
    CHECK(group.slow().error->why == MemberError::Why::too_slow);
    CHECK(group.slow().error->cause == LimitedBy::network);
    CHECK(group.talk.sent.states_of(kSlow).back() == ReceiverState::detached);
    CHECK(group.talk.result() == "running");
}

TEST_CASE("one that was left behind is limited by its output once that is full",
          "[protocol][sender]") {
    Group group({.detach = true});
    group.pass(milliseconds(300));
    REQUIRE(group.slow().limited_by == LimitedBy::network);
    group.talk.hear(receiver(3).report({.bytes_done = 50'000, .window_end = 60'000}));
    CHECK(group.slow().limited_by == LimitedBy::network);
    group.talk.hear(receiver(3).report({.bytes_done = 60'000, .window_end = 60'000}));
    CHECK(group.slow().limited_by == LimitedBy::disk);
}

TEST_CASE("one that is silent for a second is shown as gone, and no more when it is heard",
          "[protocol][sender]") {
    Group group({.detach = false});
    group.pass(milliseconds(100));
    group.talk.pass(milliseconds(1200));
    CHECK(group.slow().limited_by == LimitedBy::gone);
    group.part = 1;
    group.pass(milliseconds(20));
    CHECK(group.slow().limited_by != LimitedBy::gone);
}
