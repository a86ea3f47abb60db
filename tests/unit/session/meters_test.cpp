// SPDX-License-Identifier: MIT
#include "session/network_trouble.hpp"
#include "session/rate_meter.hpp"
#include "session/status_clock.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace std::chrono_literals;

namespace {

constexpr Time at(Duration since) {
    return Time(1h) + since;
}

}  // namespace

TEST_CASE("a steady growth is shown as its rate", "[session]") {
    RateMeter meter;
    for (int i = 0; i <= 60; ++i) {
        meter.add(at(50ms * i), static_cast<ByteCount>(i) * 625'000);
    }
    CHECK(meter.rate().bps() == Approx(1e8));
}

TEST_CASE("a rate shows the last second, not what was before", "[session]") {
    RateMeter meter;
    for (int i = 0; i <= 40; ++i) {
        meter.add(at(50ms * i), static_cast<ByteCount>(i) * 625'000);
    }
    for (int i = 41; i <= 70; ++i) meter.add(at(50ms * i), 25'000'000);
    CHECK(meter.rate().bps() == 0);
}

TEST_CASE("a count that falls is shown as no rate", "[session]") {
    RateMeter meter;
    CHECK(meter.rate().bps() == 0);
    meter.add(at(0ms), 1000);
    CHECK(meter.rate().bps() == 0);
    meter.add(at(100ms), 500);
    CHECK(meter.rate().bps() == 0);
}

TEST_CASE("trouble is told once, borne for a while, and then ends the session", "[session]") {
    struct {
        int warned = 0;
        void warn(const std::string&) { ++warned; }
    } session;
    const Error error{ErrorCode::network, 0, "unplugged"};
    NetworkTrouble trouble;
    const auto failed = [&](Time now) { return trouble.failed(now, error, 5s, session); };
    CHECK_FALSE(failed(at(0ms)));
    CHECK_FALSE(failed(at(10ms)));
    CHECK(session.warned == 1);
    trouble.worked();
    CHECK_FALSE(trouble.now());
    CHECK_FALSE(failed(at(6s)));
    CHECK(session.warned == 2);
    CHECK_FALSE(failed(at(10s)));
    CHECK(failed(at(11s)));
    CHECK(session.warned == 2);
    CHECK(trouble.now()->message == "unplugged");
    // It is borne for ever while nothing is to be done yet.
    CHECK_FALSE(trouble.failed(at(1000s), error, std::nullopt, session));
}

TEST_CASE("that this process stood still is no trouble of the network", "[session]") {
    struct {
        void warn(const std::string&) {}
    } session;
    const Error error{ErrorCode::network, 0, "unplugged"};
    NetworkTrouble trouble;
    CHECK_FALSE(trouble.failed(at(0s), error, 30s, session));
    CHECK_FALSE(trouble.failed(at(20s), error, 30s, session));
    CHECK_FALSE(trouble.failed(at(40s), error, 30s, session));
}

TEST_CASE("intervals come once a second, however often the status is shown", "[session]") {
    StatusClock clock(at(0ms));
    int intervals = 0;
    for (int ms = 0; ms <= 3000; ++ms) {
        if (clock.interval_passed(at(std::chrono::milliseconds(ms)))) ++intervals;
    }
    CHECK(intervals == 3);
}

TEST_CASE("many receivers are shown less often", "[session]") {
    StatusClock clock(at(0ms));
    clock.refreshed(at(0ms), 0);
    CHECK(clock.refresh_due(at(50ms)));
    clock.refreshed(at(0ms), 10'000);
    CHECK_FALSE(clock.refresh_due(at(50ms)));
    CHECK(clock.refresh_due(at(600ms)));
}
