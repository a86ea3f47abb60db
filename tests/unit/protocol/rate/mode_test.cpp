// SPDX-License-Identifier: MIT
#include "protocol/rate/mode.hpp"

#include "protocol/rate/adaptation.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;

namespace {

constexpr double kBps = 100e6;

struct Judging {
    Judging() { report.sending = {milliseconds(50), kBps}; }
    [[nodiscard]] ModeState mode(bool probing = false) const {
        return mode_of(adaptation, probing, report, verdict);
    }
    void epoch() {
        (void)adaptation.on_epoch({.now = Time(std::chrono::seconds(1000)),
                                   .report = report,
                                   .verdict = verdict,
                                   .link = link,
                                   .round = milliseconds(15),
                                   .longest_path = milliseconds(10)});
    }

    Adaptation adaptation{DataRate::bits_per_second(kBps)};
    LocalLink link;
    EpochReport report{.bps = kBps, .all_heard = true};
    Verdict verdict;
};

}  // namespace

TEST_CASE("before anything was congested the rate is in its startup", "[rate]") {
    Judging j;
    CHECK(j.mode() == ModeState{RateMode::startup, RateReason::start});
    CHECK(j.mode(true).mode == RateMode::probe);
}

TEST_CASE("a rate that was asked for is fixed, whatever is lost", "[rate]") {
    Judging j;
    j.adaptation.set_fixed(DataRate::bits_per_second(kBps));
    j.verdict.congested = true;
    CHECK(j.mode() == ModeState{RateMode::fixed, RateReason::asked});
}

TEST_CASE("after a cut the rate is steady for the loss, until it grows beyond", "[rate]") {
    Judging j;
    j.verdict = {
        .congested = true, .delivered_fraction = 0.5, .worst = MemberId{MemberIndex{0}, NodeId{1}}};
    j.epoch();
    CHECK(j.mode() == ModeState{RateMode::steady, RateReason::loss});
    j.verdict = {};
    CHECK(j.mode().reason == RateReason::loss);
    j.adaptation.set(kBps);
    CHECK(j.mode().reason == RateReason::growth);
}

TEST_CASE("a queue that stands is drained", "[rate]") {
    Judging j;
    j.verdict = {
        .congested = true, .delivered_fraction = 0.5, .worst = MemberId{MemberIndex{0}, NodeId{1}}};
    j.epoch();
    j.adaptation.set(kBps);
    j.verdict = {
        .rtt = milliseconds(40), .queue = milliseconds(30), .queued = true, .long_queue = true};
    j.epoch();
    CHECK(j.mode() == ModeState{RateMode::drain, RateReason::queue});
}

TEST_CASE("what keeps the rate from growing is named", "[rate]") {
    Judging j;
    SECTION("a receiver fills up") {
        j.verdict.hold = true;
        CHECK(j.mode().reason == RateReason::receiver);
    }
    SECTION("our own link is busy") {
        j.report.link_busy = true;
        CHECK(j.mode().reason == RateReason::link);
    }
    SECTION("there was little to send") {
        j.report.app_limited = true;
        CHECK(j.mode().reason == RateReason::idle);
    }
}
