// SPDX-License-Identifier: MIT
#include <algorithm>

#include "sim/simulation.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::sim;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr ByteCount kChunk = 64 << 10;
constexpr ByteCount kBlock = 64'000;  // 64 symbols of 1000 bytes

std::string transfer(const Scenario& scenario, Duration limit = seconds(120)) {
    Simulation simulation(scenario);
    simulation.run(limit);
    return simulation.verdict();
}

// Writes of random sizes, with random pauses between them.
StreamSpec random_writes(Rng& rng, ByteCount size) {
    StreamSpec stream{.buffer = 256 << 10};
    Duration at{};
    for (ByteCount written = 0; written < size;) {
        at += milliseconds(rng.below(rng.chance(0.05) ? 3000 : 40));
        written = std::min(size, written + 1 + rng.below(rng.chance(0.1) ? 400'000 : 20'000));
        stream.writes.push_back({at, written});
    }
    return stream;
}

}  // namespace

TEST_CASE("a stream of any size around the borders of symbols, blocks and chunks arrives whole",
          "[sim][stream]") {
    for (const ByteCount size : std::initializer_list<ByteCount>{
             0, 1, 999, 1000, 1001, kBlock - 1, kBlock, kBlock + 1, kChunk - 1, kChunk, kChunk + 1,
             8 * kBlock, 8 * kChunk, 125 * kChunk, 3'000'001}) {
        INFO("size " << size);
        CHECK(transfer({.size = size, .stream = StreamSpec{}, .receivers = 2}) == "all verified");
    }
}

TEST_CASE("every copy of a stream is identical at any loss", "[sim][stream]") {
    for (const double loss : {0.01, 0.05, 0.2, 0.5}) {
        for (const std::uint64_t seed : {1U, 2U, 3U}) {
            INFO("loss " << loss << " seed " << seed);
            CHECK(transfer({.size = 2'000'003,
                            .stream = StreamSpec{},
                            .receivers = 4,
                            .down = {.loss = loss},
                            .up = {.loss = loss / 2},
                            .seed = seed}) == "all verified");
        }
    }
}

TEST_CASE("a stream over a long path, with small-block ids, arrives whole", "[sim][stream]") {
    CHECK(transfer({.size = 8'000'000,
                    .stream = StreamSpec{.buffer = 4 << 20},
                    .fec_id = wire::FecId::small_block,
                    .receivers = 2,
                    .down = {.loss = 0.05, .delay = milliseconds(300)},
                    .up = {.delay = milliseconds(300)}}) == "all verified");
}

TEST_CASE("a producer that pauses for longer than the timeout harms nobody", "[sim][stream]") {
    const StreamSpec stream{
        .writes = {{seconds(1), 300'000}, {seconds(200), 500'000}, {seconds(300), 500'001}}};
    CHECK(transfer({.size = 500'001,
                    .stream = stream,
                    .receivers = 3,
                    .down = {.loss = 0.1},
                    .progress_limit = seconds(5)},
                   seconds(400)) == "all verified");
}

TEST_CASE("what a stream's producer has written is repaired while it pauses", "[sim][stream]") {
    const StreamSpec stream{
        .writes = {{seconds(1), 4 * kChunk + 10'000}, {seconds(60), 5 * kChunk}}};
    Simulation simulation(
        {.size = 5 * kChunk, .stream = stream, .receivers = 3, .down = {.loss = 0.2}});
    simulation.run_until([&] { return simulation.elapsed() > seconds(30); });
    // Four blocks could be sent, which hold three chunks; of these no part of a block is passed on.
    for (const Node& node : simulation.receivers()) CHECK(node.released == 3 * kBlock);
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
}

TEST_CASE("no schedule of reads and writes makes a stream wait for ever", "[sim][stream]") {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Rng rng(seed);
        const ByteCount size = rng.below(4'000'000);
        Scenario scenario{.size = size, .stream = random_writes(rng, size), .receivers = 3};
        scenario.down.loss = rng.chance(0.5) ? 0.05 : 0;
        scenario.up.loss = scenario.down.loss;
        if (rng.chance(0.5)) scenario.window = 512 << 10;
        scenario.specials.push_back({.receiver = 1,
                                     .reader = DataRate::bits_per_second(rng.chance(0.5) ? 4e6 : 0),
                                     .window = 400'000 + rng.below(400'000)});
        scenario.seed = seed;
        INFO("seed " << seed << ", " << size << " bytes");
        CHECK(transfer(scenario, seconds(600)) == "all verified");
    }
}

TEST_CASE("the sender of a stream is never ahead of the slowest reader by more than its buffer",
          "[sim][stream]") {
    Simulation simulation(
        {.size = 6'000'000,
         .stream = StreamSpec{.buffer = 512 << 10},
         .receivers = 2,
         .specials = {
             {.receiver = 1, .reader = DataRate::bits_per_second(8e6), .window = 512 << 10}}});
    ByteCount most = 0;
    simulation.run_until([&] {
        const auto& sender = simulation.sender();
        most = std::max(most, sender.available() - sender.released());
        return simulation.sender_ended();
    });
    CHECK(most <= 512 << 10);
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
}

TEST_CASE("a receiver joins a stream as long as its beginning is kept", "[sim][stream]") {
    const StreamSpec stream{.buffer = 1 << 20, .writes = {{{}, 800'000}, {seconds(5), 3'000'000}}};
    Simulation simulation(
        {.size = 3'000'000, .stream = stream, .receivers = 2, .down = {.loss = 0.02}});
    (void)simulation.add_receiver(seconds(2));
    (void)simulation.add_receiver(seconds(20));
    simulation.run_until([&] { return simulation.elapsed() > seconds(4); });
    CHECK(simulation.sender().receivers().size() == 3);
    simulation.run();
    CHECK(simulation.receivers()[2].error == std::nullopt);
    CHECK(simulation.receivers()[2].content == simulation.receivers()[0].content);
}

TEST_CASE("a receiver that joins a stream too late is told so, and counts as failed",
          "[sim][stream]") {
    const StreamSpec stream{.buffer = 1 << 20,
                            .writes = {{{}, 3'000'000}, {seconds(8), 3'500'000}}};
    Simulation simulation({.size = 3'500'000, .stream = stream, .receivers = 2});
    (void)simulation.add_receiver(seconds(4));
    simulation.run();
    REQUIRE(simulation.receivers()[2].error);
    CHECK(simulation.receivers()[2].error->code == ErrorCode::joined_late);
    CHECK_FALSE(simulation.receivers()[0].error);
    CHECK_FALSE(simulation.receivers()[1].error);
    REQUIRE(simulation.sender_error());
    CHECK(simulation.sender_error()->code == ErrorCode::receivers_failed);
}

TEST_CASE("a receiver that is too slow for a stream is dropped, and the others get it whole",
          "[sim][stream]") {
    Simulation simulation(
        {.size = 12'000'000,
         .stream = StreamSpec{},
         .receivers = 3,
         .specials = {{.receiver = 2, .link = {.rate = DataRate::bits_per_second(5e6)}}},
         .rate = std::nullopt,
         .on_slow = {.detach = true, .drop = true}});
    simulation.run();
    REQUIRE(simulation.receivers()[2].error);
    CHECK(simulation.receivers()[2].error->code == ErrorCode::detached);
    CHECK_FALSE(simulation.receivers()[0].error);
    CHECK(simulation.receivers()[0].content == simulation.receivers()[1].content);
    CHECK(simulation.elapsed() < seconds(10));
}
