// SPDX-License-Identifier: MIT
// A receiver that comes forward by nothing is given up, whatever else it says.
#include "protocol/send/progress.hpp"

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr ByteCount kBlock = 10'000;
constexpr ByteCount kWhole = 400'000;
constexpr std::uint32_t kBlocks = 40;
constexpr Duration kLimit = seconds(10);

Progress::Report report(ByteCount taken, ByteCount sent, ByteCount window_end = 0) {
    return {taken, taken, window_end, sent, kBlock, kWhole};
}

/// One sender, a receiver that does its best, and a ghost.
struct Held {
    explicit Held(SlowPolicy on_slow = {}) : talk(config(on_slow)) {
        talk.hear(receiver(1).join("good"));
        talk.hear(receiver(2).join("ghost"));
    }

    static SenderConfig config(SlowPolicy on_slow) {
        auto config = sender_config(kBlocks);
        config.begin_with = 2;
        config.progress_limit = kLimit;
        config.on_slow = on_slow;
        return config;
    }

    /// `say` is what the ghost says, each 100 ms; seconds until it is given up.
    template <typename Say>
    double given_up_after(Say&& say, Duration most = 3 * kLimit) {
        const Time begin = talk.now;
        for (int i = 0; ghost().in_progress() && talk.now - begin < most; ++i) {
            talk.pass(milliseconds(100));
            if (!good_done()) talk.hear(receiver(1).report({.bytes_done = talk.core().position()}));
            say(i);
        }
        return to_seconds(talk.now - begin);
    }
    bool good_done() {
        if (!talk.core().first_pass_done()) return false;
        if (talk.core().receivers()[0].in_progress()) talk.hear(receiver(1).verified());
        return true;
    }
    [[nodiscard]] const Member& ghost() const { return talk.core().receivers()[1]; }

    SenderTalk talk;
};

}  // namespace

TEST_CASE("progress is what was never had before, a block or a part of what was sent",
          "[protocol][progress]") {
    const Time begin = kBegin;
    Progress progress(begin);
    const auto after = [&](int s, const Progress::Report& r) {
        progress.on_report(begin + seconds(s), r);
        return progress.at() == begin + seconds(s);
    };
    CHECK(after(1, report(kBlock, 0)));
    CHECK_FALSE(after(2, report(kBlock + 1, 0)));             // a byte of nothing that was sent
    CHECK_FALSE(after(3, report(kBlock + 1, 100 * kBlock)));  // a byte of a hundred blocks
    CHECK(after(4, report(2 * kBlock, 100 * kBlock)));
    CHECK_FALSE(after(5, report(0, 100 * kBlock)));
    CHECK_FALSE(after(6, report(2 * kBlock, 200 * kBlock)));  // it was there before
    CHECK(after(7, report(2 * kBlock, 200 * kBlock, kBlock)));
    CHECK_FALSE(after(8, report(2 * kBlock, 200 * kBlock, 2 * kBlock - 1)));
    CHECK(after(9, report(2 * kBlock + 400, 201 * kBlock)));  // of a block a slow link brought
    CHECK(after(10, report(kWhole, 400 * kBlock)));
    CHECK_FALSE(after(11, report(kWhole, 500 * kBlock)));
}

TEST_CASE("what reaches the disk of one that has all is progress, from its beginning on",
          "[protocol][progress]") {
    Progress progress(kBegin);
    const auto after = [&](int s, ByteCount held, ByteCount taken) {
        progress.on_report(kBegin + seconds(s), {held, taken, 0, 0, kBlock, kWhole});
        return progress.at() == kBegin + seconds(s);
    };
    CHECK(after(1, kWhole / 2, kWhole / 2));
    CHECK_FALSE(after(2, kWhole / 2, 0));  // it lacks some, and lags
    CHECK(after(3, kWhole, kWhole));
    CHECK(after(4, kWhole, 0));
    CHECK_FALSE(after(5, kWhole, kBlock - 1));
    CHECK(after(6, kWhole, kBlock));
    CHECK_FALSE(after(7, kWhole, 0));  // it began once
    CHECK_FALSE(after(8, kWhole, kBlock));
    CHECK(after(9, kWhole, kWhole));
}

TEST_CASE("a reason to begin late counts once until there is progress", "[protocol][progress]") {
    Progress progress(kBegin);
    progress.excuse(kBegin + seconds(1));
    progress.excuse(kBegin + seconds(2));
    CHECK(progress.at() == kBegin + seconds(1));
    progress.on_report(kBegin + seconds(3), report(kBlock, 0));
    progress.excuse(kBegin + seconds(4));
    CHECK(progress.at() == kBegin + seconds(4));
}

TEST_CASE("a window that never moves by a block holds nobody for longer than the limit",
          "[protocol][hostile]") {
    Held held;
    const double after = held.given_up_after([&](int i) {
        const auto drip = static_cast<ByteCount>(i);
        held.talk.hear(
            receiver(2).report({.bytes_done = 50'000 + drip, .window_end = 100'000 + drip}));
    });
    CHECK(after < 1.2 * to_seconds(kLimit));
    REQUIRE(held.ghost().error);
    CHECK(held.ghost().error->code == ErrorCode::timed_out);
    CHECK(held.talk.sent.states_of(NodeId{2}).back() == wire::ReceiverState::failed);
    held.talk.pass(seconds(1));
    CHECK(held.good_done());
}

TEST_CASE("who claims all and never says that it is verified is given up", "[protocol][hostile]") {
    Held held;
    const double after = held.given_up_after(
        [&](int) { held.talk.hear(receiver(2).report({.bytes_done = kWhole})); });
    CHECK(after < 1.2 * to_seconds(kLimit));
    REQUIRE(held.ghost().error);
    CHECK(held.ghost().error->why == MemberError::Why::unverified);
}

TEST_CASE("who is back again and again, and gets nothing, is given up", "[protocol][hostile]") {
    Held held;
    const double after = held.given_up_after([&](int i) {
        if (i % 40 == 0) held.talk.hear(receiver(2).report({.bytes_done = ByteCount(i % 80)}));
    });
    CHECK(after < 1.7 * to_seconds(kLimit));
    CHECK(held.ghost().error);
}

TEST_CASE("who asks and never reports is given up", "[protocol][hostile]") {
    Held held;
    const double after =
        held.given_up_after([&](int) { held.talk.hear(receiver(2).nack({ask_blocks(0, 39)})); });
    CHECK(after < 1.3 * to_seconds(kLimit));
    CHECK(held.ghost().error);
}

TEST_CASE("its turn, when nobody else is left, is no reason to wait for ever",
          "[protocol][hostile]") {
    Held held({.detach = true});
    const double after = held.given_up_after([&](int i) {
        const auto n = static_cast<std::uint64_t>(i) * 100;
        held.talk.hear(receiver(2).report(
            {.packets_received = n / 10, .packets_expected = n, .bytes_done = 0}));
    });
    CHECK(after < 2.5 * to_seconds(kLimit));
    CHECK(held.ghost().error);
}

TEST_CASE("one that comes forward by a block now and then is waited for", "[protocol][progress]") {
    Held held;
    const double after = held.given_up_after([&](int i) {
        const ByteCount blocks = 5 + static_cast<ByteCount>(i) / 80;  // one in eight seconds
        held.talk.hear(
            receiver(2).report({.bytes_done = blocks * kBlock, .window_end = blocks * kBlock}));
    });
    CHECK(after >= 3 * to_seconds(kLimit));
}
