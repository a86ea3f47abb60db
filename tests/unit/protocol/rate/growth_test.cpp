// SPDX-License-Identifier: MIT
#include "protocol/rate/growth.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Epochs of 20 ms at a round trip.
struct Growing {
    explicit Growing(int rtt_ms) {
        verdict.rtt = milliseconds(rtt_ms);
        report.sending.lasted = milliseconds(20);
    }
    std::optional<double> next(double mbps) {
        now += milliseconds(20);
        const auto bps = growth.next(now, report, verdict, 1e6 * mbps, congested, false);
        return bps ? std::optional(*bps / 1e6) : std::nullopt;
    }
    Growth growth;
    EpochReport report;
    Verdict verdict;
    CongestedRate congested;
    Time now{seconds(1000)};
};

}  // namespace

TEST_CASE("before the first congestion the rate doubles", "[rate]") {
    Growing g(1);
    CHECK(g.next(100) == Approx(200));
    CHECK_FALSE(g.growth.careful_start());
}

TEST_CASE("where TCP would not come back for long the rate starts by quarters", "[rate]") {
    Growing g(40);
    CHECK(g.next(500) == Approx(625));
    CHECK(g.growth.careful_start());
    CHECK(g.next(3000) == Approx(6000));
}

TEST_CASE("far below the congested rate growth is fast, near it slow, beyond it faster and faster",
          "[rate]") {
    Growing g(1);
    g.congested.bps = 100e6;
    CHECK(g.next(50) == Approx(62.5));
    CHECK(g.next(85) == Approx(95));
    CHECK(g.next(95) == Approx(95.95));
    const double first = *g.next(102) / 102;
    const double second = *g.next(102) / 102;
    CHECK(first < 1.03);
    CHECK(second > first);
    g.growth.on_congestion();
    CHECK(*g.next(102) / 102 == Approx(first));
}

TEST_CASE("where a queue showed the congested rate the queue of a step is seen before the next",
          "[rate]") {
    Growing g(100);
    g.congested = {100e6, true};
    CHECK(g.next(95));
    CHECK_FALSE(g.next(96));
    g.now += milliseconds(200);
    CHECK(g.next(96));
}

TEST_CASE("a small queue is waited for, for a second", "[rate]") {
    Growing g(1);
    g.congested.bps = 100e6;
    g.verdict.queue = milliseconds(2);
    CHECK_FALSE(g.growth.waits(g.now, g.verdict, 90e6, g.congested));  // the rate is below
    CHECK(g.growth.waits(g.now, g.verdict, 110e6, g.congested));
    CHECK_FALSE(g.growth.waits(g.now + seconds(1), g.verdict, 110e6, g.congested));
    CHECK_FALSE(g.growth.waits(g.now, g.verdict, 110e6, {}));
    g.verdict.starting = true;
    CHECK(g.growth.waits(g.now, g.verdict, 110e6, {}));
}
