// SPDX-License-Identifier: MIT
#include "session/loop/large_packet_watch.hpp"
#include "session/loop/membership_keeper.hpp"
#include "session/loop/rate_meter.hpp"
#include "session/loop/socket_error_grace.hpp"
#include "session/loop/status_clock.hpp"
#include "session/loop/warning_limit.hpp"
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
    SocketErrorGrace nack_score;
    const auto failed = [&](Time now) { return nack_score.failed(now, error, 5s, session); };
    CHECK_FALSE(failed(at(0ms)));
    CHECK_FALSE(failed(at(10ms)));
    CHECK(session.warned == 1);
    nack_score.worked();
    CHECK_FALSE(nack_score.now());
    CHECK_FALSE(failed(at(6s)));
    CHECK(session.warned == 2);
    CHECK_FALSE(failed(at(10s)));
    CHECK(failed(at(11s)));
    CHECK(session.warned == 2);
    CHECK(nack_score.now()->message == "unplugged");
    // It is borne for ever while nothing is to be done yet.
    CHECK_FALSE(nack_score.failed(at(1000s), error, std::nullopt, session));
}

TEST_CASE("that this process stood still is no trouble of the network", "[session]") {
    struct {
        void warn(const std::string&) {}
    } session;
    const Error error{ErrorCode::network, 0, "unplugged"};
    SocketErrorGrace nack_score;
    CHECK_FALSE(nack_score.failed(at(0s), error, 30s, session));
    CHECK_FALSE(nack_score.failed(at(20s), error, 30s, session));
    CHECK_FALSE(nack_score.failed(at(40s), error, 30s, session));
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
    CHECK(clock.next() <= at(50ms));
    clock.refreshed(at(0ms), 10'000);
    CHECK_FALSE(clock.next() <= at(50ms));
    CHECK(clock.next() <= at(600ms));
}

TEST_CASE("a warning is given once a minute, whatever causes it so often", "[session]") {
    WarningLimit limit;
    CHECK(limit.allows(at(0s), "the cable is out"));
    CHECK_FALSE(limit.allows(at(100ms), "the cable is out"));
    CHECK(limit.allows(at(200ms), "the disk is full"));
    CHECK_FALSE(limit.allows(at(59s), "the cable is out"));
    CHECK(limit.allows(at(60s), "the cable is out"));
}

TEST_CASE("of warnings that are all different only so many are given in a minute", "[session]") {
    WarningLimit limit;
    int given = 0;
    for (int i = 0; i < 1000; ++i) {
        given += limit.allows(at(10ms * i), "another sender, " + std::to_string(i)) ? 1 : 0;
    }
    CHECK(given == 20);
    CHECK(limit.allows(at(70s), "one more"));
}

TEST_CASE("the membership is announced soon while nothing is heard, else seldom", "[session]") {
    MembershipKeeper keeper(at(0s));
    CHECK(keeper.due() == at(10s));
    keeper.heard(at(9s));
    CHECK(keeper.due() == at(11s));
    keeper.heard(at(29s));
    CHECK(keeper.due() == at(30s));
}

TEST_CASE("data that never arrives is told once, when it has lasted", "[session]") {
    LargePacketWatch watch;
    CHECK_FALSE(watch.look(at(0s), 0, 8952, 9));
    CHECK_FALSE(watch.look(at(5s), 0, 8952, 10));
    CHECK_FALSE(watch.look(at(6s), 0, 8952, 500));
    // The last segment of a file is short, and may arrive.
    CHECK(watch.look(at(7s), 700, 8952, 600));
    CHECK_FALSE(watch.look(at(8s), 700, 8952, 600));
}

TEST_CASE("data that arrives is small enough, however much is lost", "[session]") {
    LargePacketWatch watch;
    CHECK_FALSE(watch.look(at(0s), 0, 1452, 500));
    CHECK_FALSE(watch.look(at(1s), 1452, 1452, 500));
    CHECK_FALSE(watch.look(at(9s), 1452, 1452, 900));
    CHECK_FALSE(watch.look(at(9s), 0, 512, 900));
    CHECK_FALSE(watch.look(at(20s), 0, 512, 900));
}

TEST_CASE("a segment is proposed that more paths carry", "[session]") {
    CHECK(LargePacketWatch::smaller(8952) == 1400);
    CHECK(LargePacketWatch::smaller(1452) == 1200);
    CHECK(LargePacketWatch::smaller(1200) == 512);
}
