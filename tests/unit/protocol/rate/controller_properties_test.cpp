// SPDX-License-Identifier: MIT
// What holds after any history of reports.
#include <algorithm>

#include "base/rng.hpp"
#include "protocol/rate/controller.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr NodeId kOne{1};
constexpr std::int64_t kPackets = 5000;  // of an epoch: enough to judge it by
constexpr double kPacketBits = 12'000;

/// One receiver on a path of some round trip; each epoch goes well or wrong by chance.
struct History {
    explicit History(std::uint64_t seed) : rng(seed), base(milliseconds(pick({1, 10, 40, 200}))) {
        control.on_rtt(kOne, base);
        control.on_sent(now, 0, 0, base + milliseconds(5), 1);
    }

    int pick(std::initializer_list<int> values) { return values.begin()[rng.below(values.size())]; }
    [[nodiscard]] double bps() const { return control.rate().bps(); }

    void epoch(double loss, Duration queue, Sample extra = {}) {
        const Duration lasted = milliseconds(pick({8, 20, 50, 300}));
        now += lasted;
        Sample sample = extra;
        sample.first = next;
        sample.expected = kPackets;
        sample.received = static_cast<std::uint64_t>((1 - loss) * kPackets);
        sample.rtt = base + queue;
        sample.estimate = true;  // or so many are taken for those of a receiver that was cut off
        control.on_sample(kOne, sample);
        next += kPackets;
        control.on_sent(now, next, static_cast<ByteCount>(bps() / 8 * to_seconds(lasted)),
                        base + milliseconds(5), 1);
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
    RateController control{std::nullopt};
    Time now{seconds(1000)};
    Time link_full{};
    std::int64_t next = 0;
};

template <typename Check>
void each_history(const Check& check) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        INFO("seed " << seed);
        History history(seed);
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
            if (h.own_queue()) continue;
            const double before = h.bps();
            h.epoch(0.6, milliseconds(h.pick({5, 20, 100})));
            REQUIRE(h.bps() <= std::max(before, h.least_of_tcp()));
        }
    });
}
