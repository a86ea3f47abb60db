// SPDX-License-Identifier: MIT
#include "protocol/receive/report_schedule.hpp"

#include <algorithm>

#include "support/catch.hpp"
#include "wire/norm/quantize.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Time kBegin = Time(seconds(1000));

SenderView reports_each(std::uint32_t milliseconds) {
    SenderView sender;
    sender.set_report_interval(1000 * milliseconds);
    return sender;
}

}  // namespace

TEST_CASE("receivers begin to report anywhere within the interval", "[protocol][report_schedule]") {
    Rng rng(1);
    Time least = kNever;
    Time most = kBegin;
    for (int i = 0; i < 100; ++i) {
        ReportSchedule reports;
        const auto at = reports.plan(kBegin, std::nullopt, reports_each(100), rng);
        REQUIRE(at);
        least = std::min(least, *at);
        most = std::max(most, *at);
    }
    CHECK(least < kBegin + milliseconds(10));
    CHECK(most > kBegin + milliseconds(90));
    CHECK(most <= kBegin + milliseconds(100));
}

TEST_CASE("a report keeps its place when the interval changes", "[protocol][report_schedule]") {
    ReportSchedule reports;
    Rng rng(1);
    const auto at = reports.plan(kBegin, std::nullopt, reports_each(100), rng);
    REQUIRE(at);
    CHECK_FALSE(reports.plan(kBegin, at, reports_each(100), rng));
    const auto later = reports.plan(kBegin, at, reports_each(200), rng);
    REQUIRE(later);
    CHECK(to_seconds(*later - kBegin) == Approx(2 * to_seconds(*at - kBegin)));
}

TEST_CASE("the next report follows in about an interval", "[protocol][report_schedule]") {
    ReportSchedule reports;
    Rng rng(1);
    for (int i = 0; i < 100; ++i) {
        const Time next = reports.next(kBegin, reports_each(100), rng);
        CHECK(next >= kBegin + milliseconds(90));
        CHECK(next <= kBegin + milliseconds(110));
    }
}

TEST_CASE("a receiver that the rate follows reports often, for three seconds",
          "[protocol][report_schedule]") {
    ReportSchedule reports;
    Rng rng(1);
    SenderView sender = reports_each(10'000);
    wire::CmdCc probe;
    probe.send_rate = wire::quantize_rate(1e7);
    sender.on_probe(probe, kBegin);
    reports.on_state(kBegin, true);
    CHECK(reports.next(kBegin, sender, rng) < kBegin + seconds(1));
    CHECK(reports.next(kBegin + seconds(3), sender, rng) > kBegin + seconds(10));
    reports.on_state(kBegin, false);
    CHECK(reports.next(kBegin, sender, rng) > kBegin + seconds(8));
}
