// SPDX-License-Identifier: MIT
#include "protocol/rate/probe.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Due = BandwidthProbe::Due;

namespace {

constexpr MemberId kOne{MemberIndex{0}, NodeId{1}};
constexpr Duration kRtt = milliseconds(200);
constexpr DataRate kBefore = DataRate::bits_per_second(100e6);

/// A probe of 400 instead of 100 Mbit/s, packets 0 to 999 at the higher rate.
struct Probing {
    Probing() {
        receivers.at(kOne).path.on_rtt(kRtt);
        probe.begin_step(0);
        CHECK(probe.on_sent(now, 1));
        now += milliseconds(25);
        CHECK(probe.due(now, {}) == Due::hold);
        probe.hold(now, 1000, false);
        now += milliseconds(1);
        CHECK(probe.due(now, {}) == Due::sample_queue);
        probe.on_sampled(1010, {milliseconds(25), 400e6});
    }
    void report(std::int64_t first, std::uint64_t sent, std::uint64_t lost, int rtt_ms) {
        Receiver& r = receivers.at(kOne);
        const Sample sample{
            .first = first, .expected = sent, .received = sent - lost, .rtt = milliseconds(rtt_ms)};
        r.reported = sample.end();
        probe.on_sample(r, sample, {});
    }
    EpochReport evaluate() {
        EpochReport epoch;
        epoch.receivers.push_back({kOne, receivers.at(kOne).epoch});
        return probe.evaluate(std::move(epoch), receivers);
    }

    Receivers receivers;
    BandwidthProbe probe{kBefore, 400e6, Duration{}};
    Time now{seconds(1000)};
};

}  // namespace

TEST_CASE("a path is probed when it is long beside what reports take", "[rate]") {
    CHECK_FALSE(BandwidthProbe::fits(milliseconds(50), {}));
    CHECK(BandwidthProbe::fits(milliseconds(60), {}));
    CHECK_FALSE(BandwidthProbe::fits(milliseconds(60), milliseconds(10)));
}

TEST_CASE("a probe holds the rate before until reports of all of it are back", "[rate]") {
    Probing p;
    CHECK(p.probe.holding());
    CHECK(p.probe.before() == kBefore);
    p.report(0, 1000, 0, 200);
    CHECK_FALSE(p.probe.heard_from(p.receivers.at(kOne)));
    p.report(1000, 20, 0, 200);
    CHECK(p.probe.heard_from(p.receivers.at(kOne)));
    CHECK(steps_seen(p.receivers));
}

TEST_CASE("a probe of a low rate lasts as long as packets take that can tell of it", "[rate]") {
    BandwidthProbe probe{DataRate::bits_per_second(800e3), 1.2e6, Duration{}};
    Time now{seconds(1000)};
    probe.begin_step(0);
    CHECK(probe.deadline({}) == kNever);  // it has not begun
    CHECK(probe.on_sent(now, 1));
    CHECK_FALSE(probe.on_sent(now + milliseconds(10), 2));
    CHECK(probe.due(now + milliseconds(299), {}) == Due::nothing);
    CHECK(probe.deadline({}) == now + milliseconds(300));
    CHECK(probe.due(now + milliseconds(300), {}) == Due::hold);
}

TEST_CASE("a probe yields the report of its step", "[rate]") {
    Probing p;
    p.report(0, 500, 0, 200);
    p.report(500, 500, 100, 250);
    p.report(1000, 20, 20, 200);  // not of the step
    const EpochReport epoch = p.evaluate();
    CHECK(epoch.bps == 400e6);
    CHECK(epoch.sending.bps == 400e6);
    CHECK(epoch.receivers[0].heard.seen.sent == 1000);
    CHECK(epoch.receivers[0].heard.seen.lost == 100);
    CHECK(epoch.queue_growth() == Approx(2));
    CHECK(queue_seen(epoch, p.receivers));
}

TEST_CASE("a receiver that tells of all at once says nothing of a step", "[rate]") {
    Probing p;
    CHECK_FALSE(steps_seen(p.receivers));
}

TEST_CASE("a first probe has three steps, and stops where our own link takes no more", "[rate]") {
    BandwidthProbe probe = BandwidthProbe::first();
    Time now{seconds(1000)};
    std::int64_t next = 0;
    std::size_t steps = 1;
    probe.begin_step(next);
    for (int i = 0; i < 2000; ++i) {
        now += std::chrono::microseconds(200);
        ++next;
        (void)probe.on_sent(now, next);
        switch (probe.due(now, {})) {
            case Due::hold:
                probe.hold(now, next, steps == 2);
                break;
            case Due::sample_queue:
                probe.on_sampled(next, {});
                break;
            case Due::next_step:
                probe.begin_step(next);
                ++steps;
                break;
            default:
                break;
        }
    }
    CHECK(steps == 2);
    CHECK(probe.step_bps() == 16e9);
}
