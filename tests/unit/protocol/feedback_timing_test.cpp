// SPDX-License-Identifier: MIT
#include "protocol/send/feedback_timing.hpp"

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

struct Timed {
    explicit Timed(std::uint32_t receivers, DataRate asked = DataRate::bits_per_second(100e6))
        : rate(asked, {}) {
        for (std::uint32_t i = 1; i <= receivers; ++i) (void)group.add(NodeId{i}, kBegin);
        group.recount();
        stage.start(kBegin);
    }

    /// The part of the rate that takes `bytes` of each receiver in that time.
    [[nodiscard]] double share(double bytes, Duration interval) const {
        return static_cast<double>(group.size()) * bytes / rate.rate().bytes_in(interval);
    }

    SenderConfig config = sender_config();
    Stage stage{kBegin};
    Membership group{1, {}};
    SendRate rate;
    GrttEstimator grtt{milliseconds(10)};
    FeedbackTiming timing{config, stage, group, rate, grtt};
};

}  // namespace

TEST_CASE("the reports of a group take a small part of the rate", "[protocol][feedback_timing]") {
    for (const std::uint32_t receivers : {20U, 1000U}) {
        const Timed timed(receivers);
        CHECK(timed.share(70, timed.timing.report_interval()) == Approx(0.002).epsilon(0.01));
    }
    CHECK(Timed(1).timing.report_interval() == milliseconds(5));
}

TEST_CASE("receivers report three times before silence counts, whatever it takes",
          "[protocol][feedback_timing]") {
    Timed timed(2000, DataRate::bits_per_second(1e6));
    timed.config.progress_limit = seconds(60);
    CHECK(timed.timing.report_interval() <= seconds(60));
    CHECK(timed.timing.report_interval() >= seconds(20));
}

TEST_CASE("before data flows reports are seldom", "[protocol][feedback_timing]") {
    Timed timed(1);
    timed.stage = Stage(kBegin);
    CHECK(timed.timing.report_interval() == milliseconds(500));
    CHECK(timed.timing.probe_interval() == milliseconds(100));
    CHECK(timed.timing.offer_interval() == milliseconds(100));
}

TEST_CASE("a slow sender's own messages take at most a twentieth of the rate",
          "[protocol][feedback_timing]") {
    const Timed timed(1, DataRate::bits_per_second(100e3));
    CHECK(timed.timing.offer_interval() == milliseconds(400));
    CHECK(timed.timing.probe_interval() == milliseconds(112));
    CHECK(Timed(1, DataRate::bits_per_second(100)).timing.offer_interval() == seconds(5));
}

TEST_CASE("a large group is probed more seldom", "[protocol][feedback_timing]") {
    CHECK(Timed(16).timing.probe_interval() == milliseconds(20));
    CHECK(Timed(17).timing.probe_interval() == milliseconds(100));
}

TEST_CASE("plain receivers are not probed twice in a round trip", "[protocol][feedback_timing]") {
    Timed timed(1);
    timed.config.plain = true;
    timed.grtt = GrttEstimator(seconds(1));
    CHECK(timed.timing.probe_interval() == milliseconds(20));
    timed.group.all()[0].plain = true;
    CHECK(timed.timing.probe_interval() == seconds(1));
}

TEST_CASE("an offer is outdated when the group has more than doubled",
          "[protocol][feedback_timing]") {
    Timed timed(100);
    timed.timing.on_offer();
    for (std::uint32_t i = 101; i <= 200; ++i) (void)timed.group.add(NodeId{i}, kBegin);
    timed.group.recount();
    CHECK_FALSE(timed.timing.offer_outdated());
    (void)timed.group.add(NodeId{201}, kBegin);
    timed.group.recount();
    CHECK(timed.timing.offer_outdated());
}

TEST_CASE("patience covers the intervals that receivers were told of late",
          "[protocol][feedback_timing]") {
    Timed timed(10'000, DataRate::bits_per_second(1e6));
    timed.config.progress_limit = seconds(10);
    const Member ours;
    CHECK(timed.timing.patience(ours) == seconds(10));
    timed.timing.end_round(kBegin + seconds(10));
    CHECK(timed.timing.patience(ours) == 3 * timed.timing.report_interval());
    Member plain;
    plain.plain = true;
    CHECK(timed.timing.patience(plain) == seconds(10));
}

TEST_CASE("a repair waits for the requests of others, if there are any",
          "[protocol][feedback_timing]") {
    Timed timed(1);
    timed.grtt = GrttEstimator(milliseconds(100));
    CHECK(timed.timing.aggregation(1) == Duration::zero());
    CHECK(timed.timing.aggregation(8) == milliseconds(5));
    CHECK(timed.timing.aggregation(9) == milliseconds(25));
}

TEST_CASE("pending repairs are told twice a round trip, catch-up more seldom",
          "[protocol][feedback_timing]") {
    const Timed timed(20);
    CHECK(timed.timing.repair_adv_interval(false) == milliseconds(5));
    CHECK(timed.timing.repair_adv_interval(true) == milliseconds(100));
}

TEST_CASE("after the first twenty a flush comes every tenth of a second",
          "[protocol][feedback_timing]") {
    Timed timed(1);
    for (int i = 0; i < 19; ++i) timed.timing.on_flush();
    CHECK(timed.timing.flush_interval() == milliseconds(20));
    timed.timing.on_flush();
    CHECK(timed.timing.flush_interval() == milliseconds(100));
    timed.timing.on_data(kBegin, 1000);
    CHECK(timed.timing.flush_interval() == milliseconds(20));
}
