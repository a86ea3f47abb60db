// SPDX-License-Identifier: MIT
#include "protocol/rate/competition.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Beside a flow at 100 Mbit/s, round trip 40 ms, in epochs of 20 ms.
struct Competing {
    Competing() { competition.begin(now, bps, milliseconds(40)); }

    Competition::Decision epoch(bool congested, bool queued = true) {
        now += milliseconds(20);
        competition.expire(now);
        if (!competition.active()) return {};
        EpochReport report;
        report.bps = bps;
        report.sending = {milliseconds(20), bps};
        Verdict verdict;
        verdict.rtt = milliseconds(40);
        verdict.queued = queued;
        verdict.congested = congested;
        verdict.delivered_fraction = congested ? 0.95 : 1;
        const auto decision = competition.on_epoch(now, report, verdict, bps);
        if (decision.bps) bps = *decision.bps;
        return decision;
    }

    Competition competition;
    double bps = 100e6;
    Time now{seconds(1000)};
};

}  // namespace

TEST_CASE("beside another flow the rate grows as CUBIC's and is cut as CUBIC's", "[rate]") {
    Competing c;
    for (int i = 0; i < 100; ++i) (void)c.epoch(false);
    CHECK(c.bps > 100e6);
    const double before = c.bps;
    CHECK(c.epoch(true).congested);
    CHECK(c.bps == Approx(0.7 * before));
}

TEST_CASE("losses within two round trips are of one congestion", "[rate]") {
    Competing c;
    (void)c.epoch(true);
    const double cut = c.bps;
    const auto decision = c.epoch(true);
    CHECK_FALSE(decision.bps);
    CHECK_FALSE(decision.congested);
    CHECK(c.bps == cut);
}

TEST_CASE("a competition is over when nothing was queued for long enough", "[rate]") {
    Competing c;
    for (int i = 0; i < 1000; ++i) (void)c.epoch(false);
    REQUIRE(c.competition.active());
    for (int i = 0; i < 510; ++i) (void)c.epoch(false, false);  // ten seconds at most
    CHECK_FALSE(c.competition.active());
}

TEST_CASE("rates at which queues begin that sink where TCP is slow are another flow's", "[rate]") {
    const bool slow = GENERATE(true, false);
    Competition competition;
    double bps = 1e9;
    bool sank = false;
    for (int i = 0; i < 20; ++i, bps *= 0.97)
        sank = competition.sinks(bps, milliseconds(slow ? 40 : 1)) || sank;
    CHECK(sank == slow);
}

TEST_CASE("one that is congested where it was before is alone", "[rate]") {
    Competing c;
    for (int i = 0; i < 5; ++i) (void)c.competition.sinks(100e6, milliseconds(40));
    c.competition.begin(c.now, 100e6, milliseconds(40));
    c.competition.go_on_until_alone(c.now);
    CHECK(c.epoch(true).congested);
    CHECK_FALSE(c.competition.active());
}
