// SPDX-License-Identifier: MIT
#include "protocol/send/sent_history.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Time kBegin{seconds(1000)};

std::uint16_t on_wire(std::int64_t number) {
    return static_cast<std::uint16_t>(number);
}

/// A thousand packets each millisecond, for so long.
SentHistory busy(Duration lasted) {
    SentHistory history;
    for (Time now = kBegin; now < kBegin + lasted; now += milliseconds(1)) {
        for (int i = 0; i < 1000; ++i) (void)history.take();
        history.mark(now);
    }
    return history;
}

}  // namespace

TEST_CASE("packets are numbered one after the other", "[protocol][sent_history]") {
    SentHistory history;
    CHECK(history.take() == 0);
    CHECK(history.take() == 1);
    CHECK(history.next() == 2);
}

TEST_CASE("a number of the last packets needs no mark", "[protocol][sent_history]") {
    SentHistory history;
    for (int i = 0; i < 70000; ++i) (void)history.take();
    CHECK(history.unwrap(on_wire(69999), kBegin) == 69999);
    CHECK(history.unwrap(on_wire(69000), kBegin) == 69000);
}

TEST_CASE("a number that has been used again is told by its time", "[protocol][sent_history]") {
    const SentHistory history = busy(seconds(1));
    for (const std::int64_t number : {10'000, 300'000, 700'000, 999'000}) {
        const Time left = kBegin + milliseconds(number / 1000);
        CHECK(history.unwrap(on_wire(number), left) == number);
        CHECK(history.unwrap(on_wire(number), left + milliseconds(20)) == number);
    }
}

TEST_CASE("marks of four seconds are kept", "[protocol][sent_history]") {
    const SentHistory history = busy(seconds(6));
    CHECK(history.unwrap(on_wire(2'500'000), kBegin + milliseconds(2500)) == 2'500'000);
    CHECK(history.unwrap(on_wire(500'000), kBegin + milliseconds(500)) != 500'000);
}

TEST_CASE("no packet is newer than the last", "[protocol][sent_history]") {
    SentHistory history;
    for (int i = 0; i < 10; ++i) (void)history.take();
    CHECK(history.unwrap(12, kBegin) == 9);
}

TEST_CASE("a receiver knows of what left before the probe that it answers",
          "[protocol][sent_history]") {
    const Duration grtt = milliseconds(10);
    const auto margin = std::chrono::microseconds(500);
    CHECK(SentHistory::horizon(kBegin, kBegin - milliseconds(3), grtt) ==
          kBegin - milliseconds(3) - margin);
    CHECK(SentHistory::horizon(kBegin, {}, grtt) == kBegin - grtt - margin);
    CHECK(SentHistory::horizon(kBegin, kBegin + seconds(1), grtt) == kBegin - margin);
}
