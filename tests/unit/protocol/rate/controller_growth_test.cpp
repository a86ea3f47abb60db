// SPDX-License-Identifier: MIT
// Growth from a congested rate that a queue showed, when the link is faster now.
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
constexpr double kPacketBits = 12'000;
constexpr Duration kRtt = milliseconds(10);

constexpr double kRoom = 0.02;  // seconds of queue

/// A link with a queue, used by a sender whose epochs are of `length`.
struct Link {
    explicit Link(double capacity, Duration epoch) : mbps(capacity), length(epoch) {
        sent_and_decide(control, now, 0, 0, kRtt, 1);
        control.on_rtt(kOne, kRtt);
    }

    void epoch() {
        const double rate = control.rate().bps() / 1e6;
        const double seconds_long = to_seconds(length);
        const auto packets = static_cast<std::uint64_t>(rate * 1e6 * seconds_long / kPacketBits);
        const double before = queued;
        queued = std::max(0.0, queued + seconds_long * (rate / mbps - 1));
        const double lost = std::max(0.0, queued - kRoom) * mbps * 1e6 / kPacketBits;
        queued = std::min(queued, kRoom);
        now += length;
        control.on_sample(kOne, {.first = next,
                                 .expected = packets,
                                 .received = packets - static_cast<std::uint64_t>(lost),
                                 .host_drops = 0,
                                 .backlog = 0,
                                 .rtt = kRtt + from_seconds(std::min(before, queued))});
        next += static_cast<std::int64_t>(packets);
        sent_and_decide(control, now, next, static_cast<ByteCount>(rate * 1e6 / 8 * seconds_long),
                        kRtt, 1);
    }
    /// Until it goes at that rate.
    [[nodiscard]] Duration until(double rate) {
        const Time begin = now;
        while (control.rate().bps() < rate * 1e6 && now < begin + seconds(10)) epoch();
        return now - begin;
    }

    RateController control{std::nullopt};
    double mbps;
    Duration length;
    Time now{seconds(1000)};
    std::int64_t next = 0;
    double queued = 0;  // seconds
};

}  // namespace

TEST_CASE("a link that doubles is followed within 0.6 s although its epochs are long", "[rate]") {
    Link link(50, milliseconds(75));
    for (int i = 0; i < 60; ++i) link.epoch();
    REQUIRE(link.control.rate().bps() < 60e6);
    link.mbps = 100;
    CHECK(link.until(95) < milliseconds(600));
}

TEST_CASE("at a congested rate that stands the rate stays within a fifth of it", "[rate]") {
    for (const int length : {20, 75}) {
        Link link(50, milliseconds(length));
        for (int i = 0; i < 60; ++i) link.epoch();
        for (int i = 0; i < 200; ++i) {
            link.epoch();
            INFO("epochs of " << length << " ms, number " << i);
            REQUIRE(link.control.rate().bps() < 60e6);
            REQUIRE(link.control.rate().bps() > 40e6);
            REQUIRE(link.queued < kRoom);
        }
    }
}
