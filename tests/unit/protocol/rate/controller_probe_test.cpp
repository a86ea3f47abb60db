// SPDX-License-Identifier: MIT
// How a link at the end of a long path is found: a round trip passes before anything is known.
#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include "protocol/rate/controller.hpp"
#include "sent_and_decide.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr MemberId kOne{MemberIndex{0}, NodeId{1}};
constexpr double kPacketBits = 12'000;
constexpr Duration kRtt = milliseconds(600);
constexpr Duration kStep = std::chrono::microseconds(100);
constexpr int kReportSteps = 50;
constexpr int kProbeSteps = 200;

/// A sender with enough to send, a link of some rate with a queue before it, and a receiver that
/// reports every 5 ms, which is heard a round trip after the packets had left.
struct FarLink {
    void step() {
        now += kStep;
        if (const bool wanted = control.take_probe(); wanted || steps % kProbeSteps == 0) {
            probes += wanted;
            if (probes != lost_probe) probed = queue;
        }
        const double sent =
            std::floor((owed += control.rate().bps() * to_seconds(kStep) / kPacketBits));
        owed -= sent;
        queue += sent * kPacketBits / (mbps * 1e6) - to_seconds(kStep);
        const double excess = std::max(0.0, queue - room) * mbps * 1e6 / kPacketBits;
        queue = std::clamp(queue, 0.0, room);
        came += std::max(0.0, sent - excess) * (1 - loss);
        overrun += excess;
        all += sent;
        report.expected += static_cast<std::uint64_t>(sent);
        next += static_cast<std::int64_t>(sent);
        if (++steps % kReportSteps == 0 && now >= silent_until) send_report();
        while (!under_way.empty() && under_way.front().at <= now) {
            control.on_sample(kOne, under_way.front().sample);
            under_way.pop_front();
        }
        sent_and_decide(control, now, next, static_cast<ByteCount>(sent * kPacketBits / 8),
                        2 * kRtt, 1);
    }
    void send_report() {
        report.first = next - static_cast<std::int64_t>(report.expected);
        report.received = static_cast<std::uint64_t>(came);
        came -= std::floor(came);
        report.rtt = kRtt + from_seconds(probed);
        under_way.push_back({now + report.rtt, report});
        report = {};
    }
    void pass(Duration time) {
        for (const Time until = now + time; now < until;) step();
    }
    [[nodiscard]] double rate() const { return control.rate().bps() / 1e6; }

    double mbps = 1000;
    double room = 0.15;  // seconds
    double loss = 0;
    Time silent_until{};
    RateController control{std::nullopt};
    Time now{seconds(1000)};
    double overrun = 0;  // packets that found the queue full
    double all = 0;
    int probes = 0;
    int lost_probe = -1;  // of those that were asked for, with all until the next

  private:
    struct UnderWay {
        Time at;
        Sample sample;
    };
    double owed = 0;
    double queue = 0;
    double probed = 0;  // as the last probe found it
    double came = 0;
    std::int64_t next = 0;
    int steps = 0;
    Sample report;
    std::deque<UnderWay> under_way;
};

}  // namespace

TEST_CASE("on a path that is known to be long three probes follow each other at once", "[rate]") {
    FarLink far;
    far.control.on_rtt(kOne, kRtt);
    std::vector<double> rates;
    far.pass(2 * kStep);
    while (far.now < Time(seconds(1000)) + kRtt) {
        if (rates.empty() || rates.back() != far.rate()) rates.push_back(far.rate());
        far.step();
    }
    CHECK(rates == std::vector<double>{2000, 70, 16'000, 70, 128'000, 70});
    CHECK(far.all * kPacketBits / 8 < 26e6);
}

TEST_CASE("a round trip and a moment after its beginning a far link is known", "[rate]") {
    FarLink far;
    far.mbps = GENERATE(200, 1000, 1900, 10'000, 30'000);
    far.room = GENERATE(0.15, 0.02);
    far.loss = GENERATE(0.0, 0.05);
    far.control.on_rtt(kOne, kRtt);
    far.pass(kRtt + milliseconds(150) + from_seconds(far.room));  // which reports wait for, too
    CAPTURE(far.mbps, far.room, far.loss);
    CHECK(far.rate() > 0.85 * far.mbps);
    CHECK(far.rate() < 1.1 * far.mbps);
    CHECK(far.control.greatest_base().value() == Approx(far.loss).margin(0.02));
}

TEST_CASE("the queue that a first probe left is seen though the packet behind it is lost",
          "[rate]") {
    FarLink far;
    far.mbps = 100;
    far.lost_probe = 2;
    far.control.on_rtt(kOne, kRtt);
    far.pass(kRtt + milliseconds(300));
    CHECK(far.rate() > 85);
    CHECK(far.rate() < 110);
}

TEST_CASE("a far link slower than what is sent between the first probes is known by that",
          "[rate]") {
    FarLink far;
    far.mbps = 20;
    far.room = 0.02;
    far.control.on_rtt(kOne, kRtt);
    far.pass(kRtt + milliseconds(200));
    CHECK(far.rate() > 15);
    CHECK(far.rate() < 30);
    CHECK(far.control.greatest_base().value() < 0.02);
}

TEST_CASE("a report of all first probes at once says nothing of the link", "[rate]") {
    FarLink far;
    far.control.on_rtt(kOne, kRtt);
    far.silent_until = far.now + milliseconds(200);
    far.pass(kRtt + milliseconds(220));  // between the first two, again
    CHECK(far.rate() == Approx(70));
    far.pass(kRtt + milliseconds(400));
    CHECK(far.rate() > 900);
    CHECK(far.rate() < 1050);
}

TEST_CASE("on a long path a much higher rate is probed for a moment, then waited for", "[rate]") {
    FarLink far;
    while (far.rate() < 501) far.step();
    CHECK(far.rate() == Approx(2000));
    const Time begin = far.now;
    while (far.rate() > 501) far.step();
    CHECK(far.now - begin < milliseconds(30));
    far.pass(kRtt - milliseconds(10));
    CHECK(far.rate() == Approx(500));
    CHECK(far.probes == 2);  // to see the queue as it began and as it ended
}

TEST_CASE("how fast a probe fills the queue tells what the link takes", "[rate]") {
    FarLink far;
    far.mbps = GENERATE(600, 1000, 1600);
    far.pass(2 * kRtt + milliseconds(150));
    CHECK(far.rate() > 0.9 * far.mbps);
    CHECK(far.rate() < 1.05 * far.mbps);
    CHECK(far.overrun == 0);
}

TEST_CASE("a probe that overruns a short queue costs a moment's packets", "[rate]") {
    FarLink far;
    far.room = 0.002;
    far.pass(2 * kRtt + milliseconds(150));
    CHECK(far.rate() > 850);
    CHECK(far.rate() < 1150);
    CHECK(far.overrun < 0.06 * far.all);
}

TEST_CASE("where there is room one probe follows the other, each nearly four times as fast",
          "[rate]") {
    FarLink far;
    far.mbps = 100'000;
    far.pass(4 * (kRtt + milliseconds(40)));
    CHECK(far.rate() > 25'000);
}

TEST_CASE("a loss that is as great at four times the rate is no reason to slow down", "[rate]") {
    FarLink far;
    far.loss = 0.05;
    while (far.now < Time(seconds(1000)) + 2 * kRtt + milliseconds(200)) {
        far.step();
        REQUIRE(far.rate() > 499);
    }
    CHECK(far.rate() > 900);
    CHECK(far.control.greatest_base() == Approx(0.05).margin(0.01));
}

TEST_CASE("a loss that a probe makes much greater is congestion", "[rate]") {
    FarLink far;
    far.mbps = 450;  // what does not fit is dropped at once
    far.room = 0;
    far.pass(2 * kRtt + milliseconds(200));
    CHECK(far.rate() < 475);
    CHECK(far.control.greatest_base() < 0.02);
}

TEST_CASE("a link that has become faster is found by probes beyond the congested rate", "[rate]") {
    FarLink far;
    far.pass(4 * kRtt);
    REQUIRE(far.rate() < 1100);
    far.mbps = 20'000;
    far.pass(8 * kRtt);
    CHECK(far.rate() > 15'000);
}

TEST_CASE("the rate stays at what a far link takes", "[rate]") {
    FarLink far;
    far.loss = GENERATE(0.0, 0.01, 0.05);
    far.pass(5 * kRtt);
    const double sent = far.all;
    far.overrun = 0;
    far.pass(30 * kRtt);
    const double used = (far.all - sent) * kPacketBits / (30 * to_seconds(kRtt) * 1e9);
    CHECK(used > 0.95);
    CHECK(far.overrun < 0.01 * far.all);
}
