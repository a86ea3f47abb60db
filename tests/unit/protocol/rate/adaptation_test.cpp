// SPDX-License-Identifier: MIT
#include "protocol/rate/adaptation.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr MemberId kOne{MemberIndex{0}, NodeId{1}};
constexpr DataRate kStart = DataRate::bits_per_second(100e6);

/// Epochs of 50 ms in which the rate was used.
struct Adapting {
    [[nodiscard]] double mbps() const { return adaptation.rate().bps() / 1e6; }
    [[nodiscard]] EpochReport report() const {
        return {.bps = adaptation.rate().bps(),
                .sending = {milliseconds(50), adaptation.rate().bps()},
                .all_heard = true};
    }
    Adaptation::Decision epoch(const Verdict& verdict, bool far = false) {
        now += milliseconds(50);
        const EpochReport epoch = report();
        return adaptation.on_epoch({.now = now,
                                    .report = epoch,
                                    .verdict = verdict,
                                    .link = link,
                                    .round = milliseconds(15),
                                    .longest_path = milliseconds(10),
                                    .may_probe = far});
    }
    /// Three quarters came through.
    Adaptation::Decision lose() {
        return epoch({.congested = true, .delivered_fraction = 0.75, .worst = kOne});
    }
    /// The part of a probe of so much that came through.
    void probed(double bps, double delivered) {
        const EpochReport step{.bps = bps, .sending = {milliseconds(25), bps}, .all_heard = true};
        const Verdict verdict{.congested = delivered < 1, .delivered_fraction = delivered};
        adaptation.set(bps);
        (void)adaptation.on_probe({.now = now,
                                   .report = step,
                                   .verdict = verdict,
                                   .link = link,
                                   .longest_path = milliseconds(200)},
                                  kStart);
    }

    Adaptation adaptation{kStart};
    LocalLink link;
    Time now{seconds(1000)};
};

}  // namespace

TEST_CASE("without congestion the rate doubles", "[rate]") {
    Adapting a;
    const auto decision = a.epoch({.rtt = milliseconds(10)});
    CHECK(a.mbps() == Approx(200));
    CHECK_FALSE(decision.probe);
    CHECK_FALSE(decision.competes);
}

TEST_CASE("a cut goes a bit below what was delivered", "[rate]") {
    Adapting a;
    (void)a.lose();
    CHECK(a.mbps() == Approx(0.96 * 75));
    CHECK(a.adaptation.congested().bps == Approx(75e6));
}

TEST_CASE("a receiver that was congested last is released once", "[rate]") {
    Adapting a;
    CHECK_FALSE(a.adaptation.release(kOne));
    (void)a.lose();
    CHECK(a.adaptation.release(kOne));
    CHECK_FALSE(a.adaptation.release(kOne));
}

TEST_CASE("a cut that was for nothing is taken back with its congested rate", "[rate]") {
    Adapting a;
    (void)a.lose();
    a.adaptation.restore({.bps = 100e6, .congested = {}});
    CHECK(a.mbps() == Approx(100));
    CHECK_FALSE(a.adaptation.congested().known());
    (void)a.epoch({.rtt = milliseconds(10)});
    a.adaptation.restore({.bps = 100e6, .congested = {}});
    CHECK(a.mbps() == Approx(200));  // that is higher already
}

TEST_CASE("on a long path a probe is wanted instead of a step", "[rate]") {
    Adapting a;
    const auto decision = a.epoch({.rtt = milliseconds(200)}, true);
    REQUIRE(decision.probe);
    CHECK(decision.probe->before == kStart);
    CHECK(decision.probe->bps == Approx(400e6));
}

TEST_CASE("after a probe the rate is what came through, or what was proven", "[rate]") {
    Adapting a;
    a.probed(400e6, 0.5);
    CHECK(a.mbps() == Approx(0.99 * 200));
    CHECK(a.adaptation.congested().bps == Approx(200e6));
    Adapting clear;
    clear.probed(400e6, 1);
    CHECK(clear.mbps() > 350);
    CHECK_FALSE(clear.adaptation.congested().known());
}

TEST_CASE("a queue that does not drain is competed with, and no loss is tested", "[rate]") {
    Adapting a;
    bool competes = false;
    for (int i = 0; i < 60 && !competes; ++i)
        competes =
            a.epoch({.rtt = milliseconds(40), .queue = milliseconds(30), .queued = true}).competes;
    CHECK(competes);
    CHECK(a.adaptation.competing());
}

TEST_CASE("a queue that goes leaves the rate a bit lower", "[rate]") {
    Adapting a;
    (void)a.epoch({.rtt = milliseconds(15), .queue = milliseconds(5), .queued = true});
    CHECK(a.mbps() < 98.1);
    CHECK(a.mbps() > 45);
    CHECK_FALSE(a.adaptation.competing());
}

TEST_CASE("a rate that is not fully used stays", "[rate]") {
    Adapting a;
    EpochReport idle = a.report();
    idle.app_limited = true;
    const Verdict verdict{.rtt = milliseconds(10)};
    (void)a.adaptation.on_epoch({.now = a.now, .report = idle, .verdict = verdict, .link = a.link});
    CHECK(a.mbps() == Approx(100));
}

TEST_CASE("a fixed rate does not move, and bounds hold for one that adapts", "[rate]") {
    Adapting a;
    a.adaptation.set(1);
    CHECK(a.adaptation.rate() == kMinRate);
    a.adaptation.set(1e15);
    CHECK(a.adaptation.rate() == kMaxRate);
    a.adaptation.set_fixed(kStart);
    a.adaptation.set(1e9);
    CHECK(a.adaptation.rate() == kStart);
}
