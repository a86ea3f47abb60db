// SPDX-License-Identifier: MIT
// Properties that hold after any history of reports.
#include <algorithm>
#include <cmath>

#include "base/rng.hpp"
#include "protocol/rate/controller.hpp"
#include "sent_and_decide.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr MemberId kOne{MemberIndex{0}, NodeId{1}};
constexpr std::int64_t kPackets = 5000;  // of an epoch: enough to judge it by
constexpr double kPacketBits = 12'000;
constexpr double kGreatRandomLoss = 0.1;  // in bursts it may explain the loss of a queue, too

/// How many packets a report tells of.
enum class Packets : std::uint8_t { enough, by_rate };

/// One receiver on a path of some round trip; each epoch goes well or wrong by chance.
struct History {
    explicit History(std::uint64_t seed, Packets count = Packets::enough)
        : rng(seed), base(milliseconds(pick({1, 10, 40, 200}))), packets(count) {
        control.on_rtt(kOne, base);
        sent_and_decide(control, now, 0, 0, base + milliseconds(5), 1);
    }

    int pick(std::initializer_list<int> values) { return values.begin()[rng.below(values.size())]; }
    [[nodiscard]] double bps() const { return control.rate().bps(); }

    void epoch(double loss, Duration queue, Sample extra = {}) {
        const Duration lasted = milliseconds(pick({8, 20, 50, 300}));
        const std::int64_t count = packets == Packets::enough ? kPackets : take_due(lasted);
        now += lasted;
        Sample sample = extra;
        sample.first = next;
        sample.expected = static_cast<std::uint64_t>(count);
        sample.received = static_cast<std::uint64_t>(count - lost(count, loss));
        sample.rtt = base + queue;
        // Or so many are taken for those of a receiver that was cut off.
        sample.estimate = packets == Packets::enough;
        if (count > 0) control.on_sample(kOne, sample);
        next += count;
        const double bytes = count > 0 ? bps() / 8 * to_seconds(lasted) : 0;
        sent_and_decide(control, now, next, static_cast<ByteCount>(bytes), base + milliseconds(5),
                        1);
    }
    /// Packets that leave in that time; more than these change nothing.
    std::int64_t take_due(Duration lasted) {
        due += bps() * to_seconds(lasted) / kPacketBits;
        const double whole = std::floor(due);
        due -= whole;
        return std::min(static_cast<std::int64_t>(whole), 10 * kPackets);
    }
    std::int64_t lost(std::int64_t count, double loss) {
        if (count >= kPackets) return std::llround(loss * static_cast<double>(count));
        std::int64_t sum = 0;
        for (std::int64_t i = 0; i < count; ++i) sum += rng.chance(loss) ? 1 : 0;
        return sum;
    }
    /// How long it takes from here to that rate; at most `patience`.
    Duration time_to(double goal_bps, double loss, Duration patience) {
        const Time begin = now;
        while (now < begin + patience && bps() < goal_bps) epoch(loss, Duration{});
        return now - begin;
    }
    /// `most`: loss that may be learnt, in percent.
    void anything(int most = 99) {
        const Duration queue = milliseconds(pick({0, 2, 5, 20, 100}));
        const double loss = std::min(most, pick({0, 0, 0, 1, 5, 20, 60, 99})) / 100.0;
        switch (rng.below(12)) {
            case 0:
                return epoch(loss, queue, {.host_drops = 3});
            case 1:
                return epoch(loss, queue, {.backlog = pick({0, 60, 90, 100}) / 100.0});
            case 2:
                control.on_idle();
                break;
            case 3:
                control.on_link_busy(link_full = now, 100'000);
                break;
            case 4:
                now += milliseconds(400);
                break;  // silence
            case 5:
                if (rng.below(4) == 0) control.restart(DataRate::bits_per_second(1e6));
                break;
            case 6:
                if (rng.below(4) == 0) control.set_aside(kOne);
                break;
            default:
                break;
        }
        epoch(loss, queue);
    }
    /// A queue may be in our own link, which loses nothing: loss is not of it then.
    [[nodiscard]] bool own_queue() const { return now < link_full + milliseconds(1500); }
    /// The least rate that a TCP connection would come to: two packets for a round trip.
    [[nodiscard]] double least_of_tcp() const { return 2 * kPacketBits / to_seconds(base); }

    Rng rng;
    Duration base;
    Packets packets;
    double due = 0;
    RateController control{std::nullopt};
    Time now{seconds(1000)};
    Time link_full{};
    std::int64_t next = 0;
};

template <typename Check>
void each_history(const Check& check, Packets count = Packets::enough) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        INFO("seed " << seed);
        History history(seed, count);
        check(history);
    }
}

}  // namespace

TEST_CASE("the rate is within its bounds after any history", "[rate]") {
    each_history([](History& h) {
        for (int i = 0; i < 200; ++i) {
            h.anything();
            REQUIRE(h.bps() >= RateController::kMin.bps());
            REQUIRE(h.bps() <= RateController::kMax.bps());
        }
    });
}

// On a path that is probed the rate of a probe is what congestion is compared with.
TEST_CASE("the rate never rises after an epoch with loss in a queue of the path", "[rate]") {
    each_history([](History& h) {
        if (h.base > RateController::kLongPath) return;
        for (int i = 0; i < 200; ++i) {
            h.anything(20);
            if (h.own_queue() || h.control.greatest_base() > kGreatRandomLoss) continue;
            const double before = h.bps();
            h.epoch(0.6, milliseconds(h.pick({5, 20, 100})));
            REQUIRE(h.bps() <= std::max(before, h.least_of_tcp()));
        }
    });
}

TEST_CASE("the rate recovers from any history within half a minute of clean epochs", "[rate]") {
    each_history([](History& h) {
        for (int i = 0; i < 100; ++i) h.anything();
        CHECK(h.time_to(1e9, 0, seconds(30)) < seconds(30));
    });
}

// The longest loss test takes 1600 packets, which are more than three minutes of the least rate.
TEST_CASE("the rate recovers from any history as fast as packets can tell", "[rate]") {
    const double loss = GENERATE(0.0, 0.05);
    CAPTURE(loss);
    const auto recovers = [loss](History& h) {
        for (int i = 0; i < 100; ++i) h.anything();
        CHECK(h.time_to(100e6, loss, minutes(6)) < minutes(6));
    };
    each_history(recovers, Packets::by_rate);
}
