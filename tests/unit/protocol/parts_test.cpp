// SPDX-License-Identifier: MIT
// The small parts: ranges, pacing, round trips, back-off, loss, new data.
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "core_harness.hpp"
#include "datagrams.hpp"
#include "protocol/backoff.hpp"
#include "protocol/grtt.hpp"
#include "protocol/object/range_set.hpp"
#include "protocol/receive/loss_meter.hpp"
#include "protocol/send/new_data.hpp"
#include "protocol/send/pacer.hpp"
#include "protocol/transmit.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

using Ranges = std::map<std::uint32_t, std::uint32_t>;

}  // namespace

TEST_CASE("ranges that touch or overlap become one", "[protocol][range_set]") {
    RangeSet set;
    CHECK(set.add(0, 2) == 2);
    CHECK(set.add(4, 6) == 2);
    CHECK(set.ranges() == Ranges{{0, 2}, {4, 6}});
    CHECK(set.add(2, 4) == 2);
    CHECK(set.ranges() == Ranges{{0, 6}});
    CHECK(set.add(1, 9) == 3);
    CHECK(set.ranges() == Ranges{{0, 9}});
    CHECK(set.add(3, 3) == 0);
    set.add(12, 14);
    CHECK(set.add(8, 20) == 9);
    set.remove(9, 20);
    CHECK(set.ranges() == Ranges{{0, 9}});
}

TEST_CASE("a range that is taken out of the middle leaves both ends", "[protocol][range_set]") {
    RangeSet set;
    set.add(0, 10);
    set.remove(3, 5);
    CHECK(set.ranges() == Ranges{{0, 3}, {5, 10}});
    CHECK(set.contains(2));
    CHECK_FALSE(set.contains(3));
    CHECK_FALSE(set.contains(4));
    CHECK(set.contains(5));
    CHECK_FALSE(set.contains(10));
    set.remove(0, UINT32_MAX);
    CHECK(set.empty());
}

TEST_CASE("ranges agree with a plain set of numbers under any operations",
          "[protocol][range_set]") {
    const std::uint64_t seed = GENERATE(1U, 2U, 3U);
    INFO("seed " << seed);
    Rng rng(seed);
    RangeSet set;
    std::vector<bool> plain(64, false);
    for (int i = 0; i < 500; ++i) {
        const auto a = static_cast<std::uint32_t>(rng.below(64));
        const auto b = static_cast<std::uint32_t>(rng.below(65));
        const bool add = rng.chance(0.5);
        std::uint32_t fresh = 0;
        for (std::uint32_t n = a; n < b; ++n) fresh += !plain[n];
        if (add)
            CHECK(set.add(a, b) == fresh);
        else
            set.remove(a, b);
        for (std::uint32_t n = a; n < b; ++n) plain[n] = add;
        for (std::uint32_t n = 0; n < 64; ++n) REQUIRE(set.contains(n) == plain[n]);
    }
}

TEST_CASE("a second of packets takes a second", "[protocol][pacer]") {
    Pacer pacer(DataRate::bits_per_second(8e6));  // 1000 packets of 1000 bytes a second
    Time now{seconds(1)};
    const Time begin = now;
    for (int i = 0; i < 1000; ++i) {
        now = std::max(now, pacer.next());
        pacer.sent(now, 1000 - Pacer::kPacketOverhead, 1);
    }
    CHECK(std::abs(to_seconds(pacer.next() - begin) - 1.0) < 0.01);
}

TEST_CASE("after a pause no more than the burst is caught up", "[protocol][pacer]") {
    const auto at_once = [](double bps, bool asked_for) {
        Pacer pacer(DataRate::bits_per_second(1));
        pacer.set_rate(DataRate::bits_per_second(bps), asked_for);
        const Time now{seconds(100)};
        int count = 0;
        for (; pacer.ready(now); ++count) pacer.sent(now, 1000 - Pacer::kPacketOverhead, 1);
        return count - 1;  // the one that is due
    };
    CHECK(at_once(8e6, false) == 2);  // 2 ms
    CHECK(at_once(8e6, true) == 20);  // 20 ms
    CHECK(at_once(200e6, true) == 250);
    CHECK(at_once(1e9, true) == 250);
    CHECK(at_once(8e9, true) == 2000);  // 2 ms
}

TEST_CASE("a run is one packet at a slow rate and what fits at a fast one", "[protocol][pacer]") {
    CHECK(Pacer(DataRate::bits_per_second(1e6)).run_length(1400, 64) == 1);
    CHECK(Pacer(DataRate::bits_per_second(1e9)).run_length(1400, 64) == 43);
    CHECK(Pacer(DataRate::bits_per_second(1e11)).run_length(1400, 64) == 64);
}

TEST_CASE("a greater round trip raises the estimate at once", "[protocol][grtt]") {
    GrttEstimator grtt(milliseconds(2));
    grtt.on_sample(milliseconds(100));
    CHECK(grtt.value() == microseconds(75'500));  // a quarter of the old, three of the new
}

TEST_CASE("the first samples replace the guess, later ones lower it by a tenth a period",
          "[protocol][grtt]") {
    GrttEstimator grtt(milliseconds(500));
    grtt.on_period();
    CHECK(grtt.value() == milliseconds(500));  // nothing was heard
    grtt.on_sample(milliseconds(10));
    grtt.on_period();
    CHECK(grtt.value() == milliseconds(10));
    grtt.on_sample(milliseconds(8));
    grtt.on_period();
    CHECK(grtt.value() == milliseconds(9));
}

TEST_CASE("one late answer at most doubles the round trip, and many are forgotten in a second",
          "[protocol][grtt]") {
    GrttEstimator grtt(milliseconds(2));
    const auto period = [&](Duration sample) {
        grtt.on_sample(sample);
        grtt.on_period();
    };
    period(milliseconds(1));
    period(seconds(4));
    CHECK(grtt.value() == milliseconds(2));
    for (int i = 0; i < 2; ++i) period(milliseconds(1));
    CHECK(grtt.value() < microseconds(1'700));
    for (int i = 0; i < 12; ++i) period(seconds(4));
    CHECK(grtt.value() > seconds(3));
    for (int i = 0; i < 12; ++i) period(milliseconds(1));
    CHECK(grtt.value() < milliseconds(2));
}

TEST_CASE("no sample takes the round trip out of its bounds", "[protocol][grtt]") {
    GrttEstimator grtt(milliseconds(2));
    for (int i = 0; i < 50; ++i) grtt.on_sample(std::chrono::hours(1));
    CHECK(grtt.value() <= GrttEstimator::kMax);
    for (int i = 0; i < 500; ++i) grtt.on_sample(Duration(1)), grtt.on_period();
    CHECK(grtt.value() == GrttEstimator::kMin);
}

TEST_CASE("back-off keeps to its maximum, and is none without one", "[protocol][backoff]") {
    Rng rng(7);
    for (const double group : {0.0, 1.0, 10.0, 1e4, 5e8}) {
        for (int i = 0; i < 1000; ++i) {
            const Duration t = random_backoff(rng, milliseconds(100), group);
            REQUIRE(t >= Duration::zero());
            REQUIRE(t <= milliseconds(100));
        }
    }
    CHECK(random_backoff(rng, Duration::zero(), 1000) == Duration::zero());
}

// norm.md 2.1: for G = 1000 the median is 0.91 of the maximum.
TEST_CASE("of a thousand receivers few answer early", "[protocol][backoff]") {
    Rng rng(42);
    std::vector<double> times;
    for (int i = 0; i < 20'001; ++i)
        times.push_back(to_seconds(random_backoff(rng, seconds(1), 1000)));
    std::ranges::sort(times);
    CHECK(times[10'000] == Approx(0.91).margin(0.01));
    CHECK(times[20] < 0.5);  // one in a thousand is much earlier
}

TEST_CASE("loss is what the sequence numbers leave out, across their wrap",
          "[protocol][loss_meter]") {
    LossMeter meter;
    CHECK(meter.latest().expected == 0);
    for (std::uint32_t n = 65'000; n < 66'000; ++n)
        if (n % 10 != 5) meter.on_packet(test::kBegin, static_cast<std::uint16_t>(n));
    CHECK(meter.latest().expected == 1000);
    CHECK(meter.latest().received == 900);
    CHECK(meter.latest().lost() == 100);
    CHECK(meter.latest().sequence == static_cast<std::uint16_t>(65'999));
}

TEST_CASE("smoothed loss comes to the true loss", "[protocol][loss_meter]") {
    LossMeter meter;
    std::uint16_t n = 0;
    for (int round = 0; round < 60; ++round) {
        for (int i = 0; i < 100; ++i, ++n)
            if (n % 4 != 0) meter.on_packet(test::kBegin, n);
        meter.update(test::kBegin);
    }
    CHECK(meter.smoothed() == Approx(0.25).margin(0.02));
}

TEST_CASE("a loss is told by no fewer than sixteen packets", "[protocol][loss_meter]") {
    LossMeter meter;
    for (std::uint16_t n = 0; n < 15; ++n)
        if (n != 5) meter.on_packet(test::kBegin, n);
    CHECK(meter.update(test::kBegin) == 0);
    meter.on_packet(test::kBegin, 15);
    CHECK(meter.update(test::kBegin) > 0);
}

TEST_CASE("packets that come late or twice make no loss", "[protocol][loss_meter]") {
    LossMeter meter;
    for (const std::uint16_t n : std::initializer_list<std::uint16_t>{10, 12, 11, 12, 13, 9})
        meter.on_packet(test::kBegin, n);
    CHECK(meter.latest().lost() == 0);
    CHECK(meter.latest().received == 5);
    CHECK(meter.update(test::kBegin) == 0);
}

TEST_CASE("new data is each source symbol once, and unasked parity behind its block",
          "[protocol][new_data]") {
    const auto partition = test::ten_by_ten(2).partition();
    NewData data(partition, 10, 0.2);
    std::vector<std::pair<std::uint32_t, unsigned>> sent;
    for (auto symbol = data.peek(); symbol; data.pop(), symbol = data.peek())
        sent.emplace_back(symbol->block, symbol->symbol + (symbol->parity ? 100U : 0U));
    REQUIRE(sent.size() == 24);
    CHECK(sent[9] == std::pair{0U, 9U});
    CHECK(sent[10] == std::pair{0U, 100U});
    CHECK(sent[11] == std::pair{0U, 101U});
    CHECK(sent[12] == std::pair{1U, 0U});
    CHECK(data.done());
    CHECK(data.position() == 20'000);
}

TEST_CASE("unasked parity is no more than there is", "[protocol][new_data]") {
    NewData data(test::ten_by_ten(1).partition(), 3, 5.0);
    int symbols = 0;
    for (; !data.done(); data.pop()) ++symbols;
    CHECK(symbols == 13);
}

TEST_CASE("the position counts bytes, and blocks from their first symbol on",
          "[protocol][new_data]") {
    NewData data(test::ten_by_ten(2).partition(), 10, 0.1);
    CHECK(data.end_block() == 0);
    data.pop();
    CHECK(data.end_block() == 1);
    CHECK(data.position() == 1000);
    for (int i = 0; i < 9; ++i) data.pop();
    CHECK(data.position() == 10'000);  // parity does not move it
    CHECK(data.end_block() == 1);
}

TEST_CASE("an empty object is done before it begins", "[protocol][new_data]") {
    NewData data(fec::BlockPartition(0, 1000, 10), 10, 0.5);
    CHECK(data.done());
    CHECK_FALSE(data.peek());
    CHECK(data.position() == 0);
}

TEST_CASE("a run is of source only when it is data, and none of it parity", "[protocol]") {
    Transmit run;
    run.clear();
    CHECK_FALSE(run.only_source());
    run.add({.block = 1, .symbol = 0, .parity = false, .size = 100});
    CHECK(run.only_source());
    run.add({.block = 1, .symbol = 0, .parity = true, .size = 100});
    CHECK_FALSE(run.only_source());
    run.clear();
    run.set_control(20);
    CHECK_FALSE(run.only_source());
}
