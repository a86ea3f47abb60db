// SPDX-License-Identifier: MIT
#include "protocol/rate/loss_model.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;

namespace {

/// Epochs of one receiver, each of 20 reports on 100 packets.
struct Model {
    LossVerdict epoch(double loss, double mbps, QueueState queue = {}) {
        ReceiverEpoch heard;
        const auto lost = static_cast<std::uint64_t>(100 * loss);
        for (int i = 0; i < 20; ++i)
            heard.seen.add(Tally::of({.expected = 100, .received = 100 - lost}));
        heard.rtt_min = milliseconds(10);
        return model.judge(heard, queue, {.bps = 1e6 * mbps, .used_bps = 1e6 * mbps}, tests);
    }

    LossModel model;
    LossTests tests;
};

}  // namespace

TEST_CASE("loss without a queue starts a test", "[rate]") {
    Model m;
    const LossVerdict first = m.epoch(0.1, 100);
    CHECK(first.congested);
    CHECK(first.cause == Cause::loss);
    CHECK(m.model.testing());
}

TEST_CASE("random loss is learnt and the cuts are taken back", "[rate]") {
    Model m;
    REQUIRE(m.epoch(0.1, 100).congested);
    for (int i = 0; i < 10 && m.model.testing(); ++i) {
        const LossVerdict verdict = m.epoch(0.1, 60);
        CHECK((verdict.hold || !m.model.testing()));
    }
    CHECK_FALSE(m.model.testing());
    CHECK(m.model.baseline() == Approx(0.1));
    const auto restore = m.tests.finish();
    REQUIRE(restore);
    CHECK(restore->bps == 100e6);
    CHECK_FALSE(m.epoch(0.1, 100).congested);
}

TEST_CASE("loss that goes with the rate is congestion, and the cuts stay", "[rate]") {
    Model m;
    REQUIRE(m.epoch(0.1, 100).congested);
    for (int i = 0; i < 10 && m.model.testing(); ++i) (void)m.epoch(0, 60);
    CHECK_FALSE(m.model.testing());
    CHECK(m.model.baseline() < 0.01);
    CHECK_FALSE(m.tests.finish());
}

TEST_CASE("a loss test ends where the rate is what it was and the loss is not", "[rate]") {
    Model m;
    REQUIRE(m.epoch(0.1, 100).congested);
    REQUIRE(m.model.testing());
    CHECK_FALSE(m.epoch(0, 100).hold);
    CHECK_FALSE(m.model.testing());
    CHECK(m.model.baseline() < 0.1);
}

TEST_CASE("loss that stays at the least rate is random", "[rate]") {
    Model m;
    for (int i = 0; i < 10 && (i == 0 || m.model.testing()); ++i) (void)m.epoch(0.1, 0.1);
    CHECK_FALSE(m.model.testing());
    CHECK(m.model.baseline() == Approx(0.1));
}

TEST_CASE("loss in a queue is congestion and tests nothing", "[rate]") {
    Model m;
    const LossVerdict verdict = m.epoch(0.1, 100, {.late = true, .standing = true});
    CHECK(verdict.congested);
    CHECK(verdict.delivered_fraction == Approx(0.9));
    CHECK(verdict.cause == Cause::link);
    CHECK_FALSE(m.model.testing());
}

TEST_CASE("what is remembered of a receiver that is not heard is its baseline", "[rate]") {
    Model m;
    m.model.expect(0.2);
    CHECK(m.model.baseline_only().baseline() == 0.2);
    CHECK(m.model.baseline_only().delivery_bps() == 0);
    m.model.expect(7);
    CHECK(m.model.baseline() < 1);
}

TEST_CASE("a loss that is as great at a faster step becomes the baseline", "[rate]") {
    Model m;
    const Tally lossy{.sent = 1000, .lost = 50, .squares = 100, .reports = 10};
    const Tally worse{.sent = 1000, .lost = 500, .squares = 30'000, .reports = 10};
    m.model.set_unexplained(lossy);
    CHECK(m.model.lost_more(worse));
    CHECK(m.model.baseline() == 0);
    CHECK_FALSE(m.model.lost_more(lossy));
    CHECK(m.model.baseline() == Approx(0.05));
}

TEST_CASE("half the packets do where nothing is lost", "[rate]") {
    const LossModel model;
    ReceiverEpoch heard;
    heard.seen = {.sent = 300, .lost = 0, .squares = 0, .reports = 3};
    CHECK(model.is_sure(heard, 400, milliseconds(10)));
    heard.seen.lost = 3;
    CHECK_FALSE(model.is_sure(heard, 400, milliseconds(10)));
    heard.seen.lost = 100;  // so much is seen in a few packets
    CHECK(model.is_sure(heard, 400, milliseconds(10)));
}
