// SPDX-License-Identifier: MIT
#include "protocol/rate/epoch.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Time kBegin{seconds(1000)};

}  // namespace

TEST_CASE("packets that are sent at another rate count for another epoch", "[rate]") {
    EpochMeter meter;
    CHECK_FALSE(meter.running());
    meter.begin(kBegin, 100, 1e6, false);
    CHECK_FALSE(meter.counts({.first = 99}));
    meter.begin(kBegin, 200, 2e6, false);
    CHECK_FALSE(meter.counts({.first = 199}));
    CHECK(meter.packets(260) == 60);
}

TEST_CASE("at the same rate packets that are reported late count for the next epoch", "[rate]") {
    EpochMeter meter;
    meter.begin(kBegin, 100, 1e6, false);
    meter.begin(kBegin, 200, 1e6, false);
    CHECK(meter.counts({.first = 100}));
    meter.begin(kBegin, 300, 1e6, true);  // unless it begins afresh
    CHECK_FALSE(meter.counts({.first = 299}));
}

TEST_CASE("an epoch measures how fast packets left", "[rate]") {
    EpochMeter meter;
    meter.begin(kBegin, 0, 1e6, false);
    meter.on_sent(1000);
    meter.on_idle();
    CHECK(meter.sending(kBegin + milliseconds(1)).bps == Approx(8e6));
    CHECK(meter.app_limited());
    meter.begin_step(kBegin + milliseconds(1));
    meter.on_sent(500);
    CHECK(meter.sending(kBegin + milliseconds(2)).bps == Approx(4e6));
    meter.begin(kBegin, 0, 1e6, false);
    CHECK_FALSE(meter.app_limited());
}

TEST_CASE("a new epoch keeps of a receiver what stays true", "[rate]") {
    ReceiverEpoch epoch;
    epoch.on_rtt(milliseconds(10));
    epoch.on_rtt(milliseconds(30));
    epoch.backlog = 0.5;
    epoch.host_drops = 3;
    CHECK(epoch.rtt_min == milliseconds(10));
    CHECK(epoch.rtt_most == milliseconds(30));
    epoch.begin();
    CHECK(epoch.rtt_min == Duration::max());
    CHECK(epoch.rtt_last == milliseconds(30));
    CHECK(epoch.host_drops == 0);
    CHECK(epoch.backlog == 0.5);
    CHECK(epoch.backlog_before == 0.5);
}

TEST_CASE("the queue that grew most tells how much too fast a report was", "[rate]") {
    EpochReport report;
    report.sending = {milliseconds(100), 1e9};
    report.receivers.push_back({{MemberIndex{1}, NodeId{1}},
                                {.rtt_first = milliseconds(10), .rtt_most = milliseconds(20)}});
    report.receivers.push_back({{MemberIndex{2}, NodeId{2}},
                                {.rtt_first = milliseconds(10), .rtt_most = milliseconds(60)}});
    CHECK(report.queue_growth() == Approx(0.5));
    CHECK(report.used(1.9e9));
    CHECK_FALSE(report.used(2.1e9));
}
