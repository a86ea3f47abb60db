// SPDX-License-Identifier: MIT
#include <algorithm>

#include "sim/simulation.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::sim;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr ByteCount kBlock = 64'000;  // 64 symbols of 1000 bytes
constexpr ByteCount kChunk = 64 << 10;
constexpr ByteCount kSize = 12'000'000;

// Two thirds of it are zeros.
const std::vector<protocol::ByteRange> kRuns{{1'000'000, 5'000'000}, {6'000'000, 10'000'000}};
// The packets that the rest takes.
constexpr std::uint64_t kDataPackets = 4000;

std::vector<protocol::ByteRange> random_zeros(Rng& rng, ByteCount size) {
    std::vector<protocol::ByteRange> zeros;
    for (ByteCount at = rng.below(3 * kBlock); at < size; at += 1 + rng.below(6 * kBlock)) {
        const ByteCount end = std::min(size, at + 1 + rng.below(12 * kBlock));
        zeros.push_back({at, end});
        at = end;
    }
    return zeros;
}

}  // namespace

TEST_CASE("zeros cost no payload", "[sim][zeros]") {
    for (const bool stream : {false, true}) {
        INFO("stream " << stream);
        Scenario scenario{.size = kSize, .zeros = kRuns, .receivers = 4};
        if (stream) scenario.stream = StreamSpec{};
        Simulation simulation(scenario);
        simulation.run();
        CHECK(simulation.verdict() == "all verified");
        // At each end of a run a part of a block.
        CHECK(simulation.totals().data_packets >= kDataPackets);
        CHECK(simulation.totals().data_packets <= kDataPackets + 4 * 64);
        CHECK(simulation.elapsed() < seconds(1));
    }
}

TEST_CASE("a file of zeros arrives without a packet of data", "[sim][zeros]") {
    Simulation simulation({.size = kSize, .zeros = {{0, kSize}}, .receivers = 2});
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
    CHECK(simulation.totals().data_packets == 0);
}

TEST_CASE("zeros whose message is lost are told again, not sent", "[sim][zeros]") {
    for (const double loss : {0.01, 0.1, 0.3}) {
        for (const std::uint64_t seed : {1U, 2U, 3U}) {
            INFO("loss " << loss << " seed " << seed);
            Simulation simulation({.size = kSize,
                                   .zeros = kRuns,
                                   .receivers = 4,
                                   .down = {.loss = loss},
                                   .up = {.loss = loss / 2},
                                   .seed = seed});
            simulation.run();
            CHECK(simulation.verdict() == "all verified");
            CHECK(static_cast<double>(simulation.totals().data_packets) <
                  kDataPackets * (1.3 + 4 * loss));
        }
    }
}

TEST_CASE("a late joiner is told of the zeros that it has missed", "[sim][zeros]") {
    Simulation simulation({.size = kSize,
                           .zeros = {{0, 9'000'000}},
                           .receivers = 2,
                           .rate = DataRate::bits_per_second(10e6)});
    (void)simulation.add_receiver(milliseconds(500));
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
    // The late joiner is sent once more the rest that it has missed.
    CHECK(simulation.totals().data_packets < 3000 + 64 + 1000);
}

TEST_CASE("an ordered output takes zeros as far as its window reaches", "[sim][zeros]") {
    for (const double loss : {0.0, 0.05}) {
        INFO("loss " << loss);
        Simulation simulation(
            {.size = kSize,
             .zeros = kRuns,
             .receivers = 2,
             .down = {.loss = loss},
             .specials = {{.receiver = 1, .reader = DataRate::bits_per_second(80e6)}},
             .window = 512 << 10});
        simulation.run();
        CHECK(simulation.verdict() == "all verified");
        CHECK(static_cast<double>(simulation.totals().data_packets) <
              kDataPackets * (1.3 + 4 * loss));
        CHECK(simulation.elapsed() > seconds(1));  // the reader takes so long
    }
}

TEST_CASE("a receiver that was left behind gets the rest, and is told of zeros", "[sim][zeros]") {
    Simulation simulation(
        {.size = kSize,
         .zeros = {{8'000'000, 11'500'000}},
         .receivers = 3,
         .specials = {{.receiver = 2, .link = {.rate = DataRate::bits_per_second(5e6)}}},
         .rate = std::nullopt,
         .on_slow = {.detach = true}});
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
}

TEST_CASE("a file that is looked at for zeros more slowly than it could be sent arrives",
          "[sim][zeros]") {
    Simulation simulation({.size = kSize,
                           .zeros = kRuns,
                           .scan = DataRate::bits_per_second(50e6),
                           .receivers = 3,
                           .down = {.loss = 0.02}});
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
    CHECK(simulation.elapsed() > seconds(1));
    CHECK(simulation.elapsed() < seconds(4));
}

TEST_CASE("a receiver whose copy of zeros was spoilt fetches that chunk again", "[sim][zeros]") {
    Simulation simulation({.size = kSize, .zeros = kRuns, .receivers = 2});
    simulation.spoil(1, kChunk + 5);
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
}

TEST_CASE("any mixture of zeros and content arrives whole", "[sim][zeros]") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Rng rng(seed);
        const ByteCount size = rng.below(6'000'000);
        Scenario scenario{.size = size, .zeros = random_zeros(rng, size), .receivers = 3};
        if (rng.chance(0.5)) scenario.stream = StreamSpec{.buffer = 512 << 10};
        if (rng.chance(0.5)) scenario.window = 512 << 10;
        if (rng.chance(0.5)) scenario.scan = DataRate::bits_per_second(200e6);
        scenario.down.loss = rng.chance(0.5) ? 0.1 : 0;
        scenario.up.loss = scenario.down.loss;
        scenario.seed = seed;
        INFO("seed " << seed << ", " << size << " bytes");
        Simulation simulation(scenario);
        simulation.run();
        CHECK(simulation.verdict() == "all verified");
    }
}
