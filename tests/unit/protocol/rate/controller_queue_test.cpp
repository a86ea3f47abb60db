// SPDX-License-Identifier: MIT
// Whose a queue is, and what is taken beside its owner.
#include <algorithm>

#include "protocol/rate/controller.hpp"
#include "sent_and_decide.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr MemberId kOne{MemberIndex{0}, NodeId{1}};
constexpr Duration kEpoch = milliseconds(20);
constexpr double kPacketBits = 12'000;

/// A sender that uses its rate fully and is told, every 20 ms, of that round trip and that loss.
struct Queueing {
    explicit Queueing(Duration rtt) : base(rtt) {
        sent_and_decide(control, now, 0, 0, milliseconds(10), 1);
        pass(kEpoch, Duration{});
    }

    [[nodiscard]] double mbps() const { return control.rate().bps() / 1e6; }

    void pass(Duration time, Duration queue, double lost_packets = 0) {
        for (Duration t{}; t < time; t += kEpoch) {
            now += kEpoch;
            const double packets = control.rate().bps() * to_seconds(kEpoch) / kPacketBits;
            const auto sent = std::max<std::uint64_t>(static_cast<std::uint64_t>(packets), 40);
            const double lost = lost_packets < 1 ? lost_packets * packets : lost_packets;
            control.on_sample(kOne, {.first = next,
                                     .expected = sent,
                                     .received = sent - static_cast<std::uint64_t>(lost),
                                     .host_drops = 0,
                                     .backlog = 0,
                                     .rtt = base + queue});
            next += static_cast<std::int64_t>(sent);
            sent_and_decide(control, now, next, static_cast<ByteCount>(packets * kPacketBits / 8),
                            milliseconds(10), 1);
        }
    }
    /// It overruns a link, and what came through is the congested rate.
    double overrun() {
        const double before = mbps();
        pass(kEpoch, milliseconds(4), 0.5);
        return before / 2;
    }

    RateController control{std::nullopt};
    Duration base;
    Time now{seconds(1000)};
    std::int64_t next = 0;
};

}  // namespace

TEST_CASE("a queue that goes when less is sent costs little", "[rate]") {
    Queueing link(milliseconds(1));
    const double congested = link.overrun();
    link.pass(kEpoch, milliseconds(30));
    link.pass(kEpoch, milliseconds(10));
    CHECK(link.mbps() > 0.8 * congested);
    link.pass(milliseconds(200), Duration{});
    CHECK(link.mbps() > 0.93 * congested);
}

TEST_CASE("a queue that comes while our own link is busy is believed when it stays", "[rate]") {
    Queueing link(milliseconds(1));
    (void)link.overrun();
    link.pass(seconds(1), Duration{});
    const double before = link.mbps();
    link.control.on_link_busy(link.now, 1000);
    link.pass(kEpoch, milliseconds(7));
    CHECK(link.mbps() >= before);
    link.control.on_link_busy(link.now, 1000);
    link.pass(kEpoch, milliseconds(7));
    CHECK(link.mbps() < before);
}

TEST_CASE("a queue that stays when less is sent is another flow's, which gets half", "[rate]") {
    Queueing link(milliseconds(1));
    const double congested = link.overrun();
    double least = congested;
    for (int i = 0; i < 100; ++i) {
        link.pass(kEpoch, milliseconds(30));
        least = std::min(least, link.mbps());
    }
    CHECK(least == Approx(0.5 * congested).epsilon(0.05));
    link.pass(seconds(8), milliseconds(30));
    CHECK(link.mbps() > 1.05 * least);  // and it is competed with
}

TEST_CASE("beside another flow a single packet lost is a congestion", "[rate]") {
    const bool shared = GENERATE(true, false);
    Queueing link(milliseconds(1));
    (void)link.overrun();
    link.pass(shared ? seconds(2) : milliseconds(100), milliseconds(shared ? 30 : 0));
    const double before = link.mbps();
    link.pass(kEpoch, milliseconds(shared ? 30 : 4), 1);
    CHECK((link.mbps() < 0.75 * before) == shared);
}

TEST_CASE("draining does not take back what a congestion cut", "[rate]") {
    Queueing link(milliseconds(1));
    link.pass(kEpoch, milliseconds(40));
    link.pass(kEpoch, milliseconds(40), 0.7);
    const double cut = link.mbps();
    for (int i = 0; i < 50; ++i) {
        link.pass(kEpoch, milliseconds(40));
        REQUIRE(link.mbps() <= cut);
    }
}

TEST_CASE("a small queue is waited for, but not for ever", "[rate]") {
    Queueing link(milliseconds(1));
    (void)link.overrun();
    link.pass(milliseconds(200), Duration{});
    const double before = link.mbps();
    link.pass(milliseconds(900), milliseconds(2));
    CHECK(link.mbps() == Approx(before));
    link.pass(milliseconds(300), milliseconds(2));
    CHECK(link.mbps() > before);
}

TEST_CASE("near a congested rate that a queue showed a step is seen before the next", "[rate]") {
    const bool queued = GENERATE(true, false);
    Queueing link(milliseconds(40));
    if (queued) {
        link.pass(kEpoch, milliseconds(4));
        link.pass(milliseconds(100), Duration{});
    } else {
        link.pass(kEpoch, Duration{}, 0.5);
    }
    link.pass(milliseconds(60), Duration{});
    int steps = 0;
    for (int i = 0; i < 16; ++i) {  // for eight round trips
        const double before = link.mbps();
        link.pass(kEpoch, Duration{});
        steps += link.mbps() > before;
    }
    CHECK((steps <= 4) == queued);
}

TEST_CASE("of a queue that is seen a round trip late half the excess counts, from 5 ms on",
          "[rate]") {
    const auto rtt = GENERATE(2, 20);
    Queueing link{milliseconds(rtt)};
    const double full = link.overrun();
    for (int i = 0; i < 500 && link.mbps() < full; ++i) link.pass(kEpoch, Duration{});
    const double before = link.mbps();
    link.pass(kEpoch, milliseconds(4));
    REQUIRE(link.mbps() < 0.9 * before);
    double greatest = 1;  // step up to where that half is
    for (double last = link.mbps(); last < 0.93 * before; last = link.mbps()) {
        link.pass(kEpoch, Duration{});
        greatest = std::max(greatest, link.mbps() / last);
    }
    CHECK((greatest < 1.015) == (rtt > 5));
}

TEST_CASE("a link of ours that stood still is not taken for one that takes next to nothing",
          "[rate]") {
    Queueing link(milliseconds(1));
    const double before = link.mbps();
    link.control.on_link_busy(link.now, 1000);
    link.now += seconds(5);
    link.pass(kEpoch, Duration{});
    CHECK(link.mbps() > before / 20);
    link.pass(milliseconds(200), Duration{});
    CHECK(link.mbps() >= before);
}

TEST_CASE("short queues that begin at lower and lower rates are another flow's where TCP is slow",
          "[rate]") {
    const bool slow = GENERATE(true, false);  // seconds to come back from a loss, or less
    Queueing link(slow ? milliseconds(40) : milliseconds(1));
    double full = link.overrun();
    double least = 1;
    for (int i = 0; i < 20; ++i) {
        for (int j = 0; j < 500 && link.mbps() < full; ++j) link.pass(kEpoch, Duration{});
        const double before = link.mbps();
        link.pass(kEpoch, milliseconds(4));
        least = std::min(least, link.mbps() / before);
        full *= 0.98;
    }
    CHECK((least < 0.7) == slow);
}

TEST_CASE("without a congested rate the rate doubles, where TCP is slow only from 2 Gbit/s on",
          "[rate]") {
    const bool slow = GENERATE(true, false);
    Queueing link(milliseconds(slow ? 40 : 10));
    while (link.mbps() < 10'000) {
        const double before = link.mbps();
        link.pass(kEpoch, Duration{});
        INFO("from " << before << " Mbit/s");
        REQUIRE(link.mbps() / before == Approx(slow && before < 2000 ? 1.25 : 2));
    }
}

TEST_CASE("the queue that ends such a rise is given room at once, however it shows", "[rate]") {
    const double lost = GENERATE(0.0, 0.2);
    Queueing link(milliseconds(40));
    link.pass(2 * kEpoch, Duration{});
    const double before = link.mbps();
    link.pass(kEpoch, milliseconds(4), lost);
    CHECK(link.mbps() == Approx(0.49 * before));
    link.pass(milliseconds(500), Duration{});
    CHECK(link.mbps() > 0.75 * before);
}

TEST_CASE("loss in the queue that was given room is not answered with what came through",
          "[rate]") {
    const bool gone = GENERATE(true, false);  // between
    Queueing link(milliseconds(40));
    link.pass(2 * kEpoch, Duration{});
    const double before = link.mbps();
    link.pass(kEpoch, milliseconds(4));
    link.pass(kEpoch, milliseconds(gone ? 0 : 40));
    link.pass(kEpoch, milliseconds(40), 0.7);
    CHECK((link.mbps() > 0.3 * before) == !gone);
}
