// SPDX-License-Identifier: MIT
#include "protocol/rate/verdict.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;

namespace {

constexpr MemberId kOne{MemberIndex{0}, NodeId{1}};
constexpr MemberId kTwo{MemberIndex{1}, NodeId{2}};

/// An epoch of two receivers at 100 Mbit/s, 10 ms away.
struct Epoch {
    Epoch() {
        for (const MemberId id : {kOne, kTwo}) {
            receivers.at(id).path.on_rtt(milliseconds(10));
            report.receivers.push_back({id, {}});
            heard(id).seen = {.sent = 1000, .lost = 0, .squares = 0, .reports = 20};
            heard(id).on_rtt(milliseconds(10));
        }
    }
    ReceiverEpoch& heard(MemberId id) { return report.receivers[id == kOne ? 0 : 1].heard; }
    Verdict verdict() {
        return judge(report, {.bps = 1e8, .used_bps = 1e8, .group = 2}, receivers, tests);
    }

    EpochReport report;
    Receivers receivers;
    LossTests tests;
};

}  // namespace

TEST_CASE("an epoch without trouble is no congestion", "[rate]") {
    Epoch e;
    const Verdict verdict = e.verdict();
    CHECK_FALSE(verdict.congested);
    CHECK_FALSE(verdict.hold);
    CHECK_FALSE(verdict.queued);
    CHECK(verdict.path() == milliseconds(10));
    CHECK(verdict.troubles.size() == 2);
}

TEST_CASE("the receiver to which least is delivered is the worst", "[rate]") {
    Epoch e;
    e.heard(kOne).seen.lost = 200;
    e.heard(kTwo).seen.lost = 500;
    const Verdict verdict = e.verdict();
    CHECK(verdict.congested);
    CHECK(verdict.worst == kTwo);
    CHECK(verdict.delivered_fraction == Approx(0.5));
}

TEST_CASE("a backlog holds the rate, and cuts it when it is nearly full and does not drain",
          "[rate]") {
    Epoch e;
    e.heard(kOne).backlog = 0.6;
    CHECK(e.verdict().hold);
    CHECK_FALSE(e.verdict().congested);
    e.heard(kOne).backlog = 0.8;
    CHECK(e.verdict().delivered_fraction == 0.8);
    e.heard(kOne).backlog_before = 0.9;
    CHECK_FALSE(e.verdict().congested);
}

TEST_CASE("a queue before any receiver holds the rate", "[rate]") {
    Epoch e;
    e.heard(kTwo) = {};
    e.heard(kTwo).on_rtt(milliseconds(15));
    const Verdict verdict = e.verdict();
    CHECK(verdict.queued);
    CHECK(verdict.queue == milliseconds(5));
    CHECK_FALSE(verdict.congested);
}

TEST_CASE("when the last loss test is over the verdict says what to go back to", "[rate]") {
    Epoch e;
    e.tests.begin({2e8, {}});
    const Verdict verdict = e.verdict();
    REQUIRE(verdict.restore);
    CHECK(verdict.restore->bps == 2e8);
    CHECK_FALSE(e.verdict().restore);
}
