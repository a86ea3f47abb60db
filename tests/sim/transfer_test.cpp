// SPDX-License-Identifier: MIT
#include "sim/outcome.hpp"
#include "sim/scenarios.hpp"
#include "sim/simulation.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::sim;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// What the sender knows of receiver `i`; they join in any order.
const protocol::Member& known(Simulation& simulation, std::uint32_t i) {
    for (const protocol::Member& peer : simulation.sender().receivers())
        if (peer.node == NodeId{i + 1}) return peer;
    FAIL("the sender does not know it");
    return simulation.sender().receivers().front();
}

std::string transfer(const Scenario& scenario) {
    Simulation simulation(scenario);
    simulation.run();
    return simulation.verdict();
}

}  // namespace

TEST_CASE("a file of any size around segment and block borders arrives whole", "[sim]") {
    for (const ByteCount size : std::initializer_list<ByteCount>{0, 1, 999, 1000, 1001, 63'000,
                                                                 64'000, 65'000, 64'999, 200'001}) {
        INFO("size " << size);
        CHECK(transfer({.size = size, .receivers = 2}) == "all verified");
    }
}

TEST_CASE("every copy is identical at any loss", "[sim]") {
    for (const double loss : {0.0, 0.01, 0.05, 0.2, 0.5}) {
        for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
            INFO("loss " << loss << " seed " << seed);
            CHECK(transfer({.size = 1'000'003,
                            .receivers = 4,
                            .down = {.loss = loss},
                            .up = {.loss = loss / 2},
                            .seed = seed}) == "all verified");
        }
    }
}

TEST_CASE("small-block ids (129) carry a file as well", "[sim]") {
    CHECK(transfer({.size = 500'000,
                    .fec_id = wire::FecId::small_block,
                    .receivers = 2,
                    .down = {.loss = 0.1}}) == "all verified");
}

TEST_CASE("reordered, duplicated and corrupted packets do no harm", "[sim]") {
    for (const std::uint64_t seed : {11U, 12U, 13U}) {
        INFO("seed " << seed);
        CHECK(transfer({.size = 600'000,
                        .receivers = 3,
                        .down = {.loss = 0.02, .jitter = milliseconds(2), .duplicate = 0.02},
                        .seed = seed}) == "all verified");
        CHECK(transfer({.size = 600'000,
                        .receivers = 3,
                        .down = {.duplicate = 0.05, .corrupt = 0.0005},
                        .seed = seed}) == "all verified");
    }
}

TEST_CASE("a chunk that was stored wrong is fetched again", "[sim]") {
    Simulation simulation({.size = 400'000, .receivers = 2});
    simulation.spoil(1, 123'456);
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
    CHECK(simulation.sender().stats().repaired > 0);
}

TEST_CASE("a receiver that joins in the middle catches up", "[sim]") {
    Simulation simulation({.size = 12'000'000, .receivers = 2});
    simulation.run_until([&] { return simulation.sender().position() > 5'000'000; });
    (void)simulation.add_receiver(Duration::zero());
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
    CHECK(simulation.sender().receivers().size() == 3);
}

TEST_CASE("a late receiver that hears data before an offer does not take the sender for plain",
          "[sim]") {
    // Data for longer than it takes to call a silent sender plain (1.5 s).
    Simulation simulation({.size = 40'000'000, .segment = 8000, .receivers = 1});
    simulation.run_until([&] { return simulation.sender().position() > 5'000'000; });
    (void)simulation.add_receiver(milliseconds(1));
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
    CHECK_FALSE(simulation.receivers()[1].core->offer().plain);
}

TEST_CASE("an ordered sink with a small window gets everything", "[sim]") {
    for (const double loss : {0.0, 0.05}) {
        INFO("loss " << loss);
        CHECK(
            transfer(
                {.size = 3'000'000, .receivers = 2, .down = {.loss = loss}, .window = 512 << 10}) ==
            "all verified");
    }
}

TEST_CASE("two runs of one seed are the same, event by event", "[sim]") {
    const Scenario scenario{.size = 300'000, .receivers = 3, .down = {.loss = 0.05}, .seed = 99};
    Simulation a(scenario);
    Simulation b(scenario);
    a.run();
    b.run();
    CHECK(a.trace_hash() == b.trace_hash());
    CHECK(a.elapsed() == b.elapsed());
}

TEST_CASE("without loss nothing is repaired and each symbol is sent once", "[sim]") {
    Simulation simulation({.size = 1'000'000, .receivers = 4});
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
    CHECK(simulation.totals().data_packets == 1000);
    CHECK(simulation.sender().stats().nacks == 0);
}

TEST_CASE("with loss the sender sends little more than the unluckiest receiver lacks", "[sim]") {
    Simulation simulation({.size = 8'000'000, .receivers = 8, .down = {.loss = 0.01}});
    simulation.run();
    CHECK(simulation.verdict() == "all verified");
    CHECK(simulation.totals().data_packets < 8480);
}

TEST_CASE("a receiver that dies is given up and the others have the file", "[sim]") {
    Simulation simulation({.size = 4'000'000, .receivers = 3});
    simulation.run_until([&] { return simulation.sender().position() > 1'000'000; });
    simulation.receivers()[1].silent = true;
    REQUIRE(simulation.run());
    REQUIRE(simulation.sender_error());
    CHECK(simulation.sender_error()->name() == "receivers_failed");
    CHECK_FALSE(simulation.receivers()[0].error);
    CHECK(known(simulation, 1).error->name() == "receiver_lost");
    CHECK(simulation.elapsed() < seconds(35));
}

TEST_CASE("receivers name a sender that died", "[sim]") {
    Simulation simulation({.size = 4'000'000, .receivers = 2});
    simulation.run_until([&] { return simulation.sender().position() > 1'000'000; });
    simulation.kill_sender();
    REQUIRE(simulation.run());
    for (const auto& peer : simulation.receivers()) {
        REQUIRE(peer.error);
        CHECK(peer.error->name() == "sender_lost");
    }
}

TEST_CASE("a sender that is cancelled tells its receivers", "[sim]") {
    Simulation simulation({.size = 4'000'000, .receivers = 2, .down = {.loss = 0.2}});
    simulation.run_until([&] { return simulation.sender().position() > 1'000'000; });
    simulation.sender().fail(simulation.now(), Error{ErrorCode::cancelled, 0, "not today"});
    REQUIRE(simulation.run());
    CHECK(simulation.sender_finals() == 1);
    for (const auto& peer : simulation.receivers()) {
        REQUIRE(peer.error);
        CHECK(peer.error->name() == "cancelled");
    }
}

TEST_CASE("a receiver that fails tells its sender why, and the others go on", "[sim]") {
    Simulation simulation({.size = 4'000'000, .receivers = 2});
    simulation.run_until([&] { return simulation.sender().position() > 1'000'000; });
    simulation.receivers()[0].core->fail(simulation.now(),
                                         Error{ErrorCode::no_space, 0, "disk full"});
    REQUIRE(simulation.run());
    REQUIRE(simulation.sender_error());
    CHECK(simulation.sender_error()->name() == "receivers_failed");
    CHECK(known(simulation, 0).error->name() == "no_space");
    CHECK(simulation.receivers()[0].error->name() == "no_space");
    CHECK_FALSE(simulation.receivers()[1].error);
}

TEST_CASE("nobody comes: the sender gives up in time", "[sim]") {
    Simulation simulation({.receivers = 0, .begin_with = 1, .waiting_limit = seconds(3)});
    REQUIRE(simulation.run(seconds(5)));
    CHECK(simulation.sender_error()->name() == "no_receivers");
}

TEST_CASE("auto rate keeps a link of unknown rate busy, with random loss or without", "[sim]") {
    for (const double mbit : {100.0, 1000.0}) {
        for (const double loss : {0.0, 0.01, 0.05}) {
            INFO("link " << mbit << " Mbit/s, loss " << loss);
            const Scenario scenario{.size = static_cast<ByteCount>(mbit * 1e6 / 8 * 4),
                                    .segment = 1452,
                                    .receivers = 2,
                                    .down = {.loss = loss},
                                    .link = DataRate::bits_per_second(mbit * 1e6),
                                    .rate = std::nullopt,
                                    .content = false};
            Simulation simulation(scenario);
            simulation.run();
            CHECK(simulation.verdict() == "all verified");
            // Simulated time: at full rate it would be 4 s and what loss costs.
            CHECK(simulation.elapsed() < seconds(6));
        }
    }
}

TEST_CASE("the sender sends hardly more than coded repair has to", "[sim]") {
    for (const auto& [receivers, loss] :
         {std::pair<std::size_t, double>{1, 0.2}, {10, 0.05}, {100, 0.01}, {100, 0.2}}) {
        INFO(receivers << " receivers, loss " << loss);
        Scenario scenario = large();
        scenario.size = 16 << 20;
        scenario.threads = 1;
        scenario.receivers = receivers;
        scenario.down.loss = loss;
        const Outcome outcome = sim::run(scenario);
        CHECK(outcome.verdict == "all verified");
        CHECK(outcome.sent < (loss > 0.1 ? 1.10 : 1.05) * outcome.bound);
        CHECK(outcome.feedback < 0.01);
    }
}

TEST_CASE("the last repair is over a few round trips after the last data", "[sim]") {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
        INFO("seed " << seed);
        Scenario scenario = large();
        scenario.size = 4 << 20;
        scenario.threads = 1;
        scenario.receivers = 100;
        scenario.down.loss = 0.01;
        scenario.seed = seed;
        CHECK(sim::run(scenario).repair_rtts < 4);
    }
}

namespace {

// As 10 000 receivers of 64 MiB are to each other: 6.7 kB of the file for each.
Scenario large_group() {
    Scenario scenario = large();
    scenario.threads = 1;
    scenario.receivers = 1100;
    scenario.size = 10 << 20;
    return scenario;
}

}  // namespace

TEST_CASE("all that a large group says is a hundredth of the data, its joins included", "[sim]") {
    Scenario scenario = large_group();
    scenario.down.loss = 0.05;
    const Outcome outcome = sim::run(scenario);
    CHECK(outcome.verdict == "all verified");
    CHECK(outcome.feedback < 0.01);
    CHECK(outcome.burst < 300);
}

TEST_CASE("a large group that joins in mid-transfer does not speak all at once", "[sim]") {
    Scenario scenario = large_group();
    scenario.down.loss = 0.001;
    scenario.begin_with = 1;
    scenario.join_spread = milliseconds(400);
    const Outcome outcome = sim::run(scenario);
    CHECK(outcome.verdict == "all verified");
    CHECK(outcome.burst < 300);
    CHECK(outcome.feedback < 0.011);
    CHECK(outcome.sent < 2.05);  // all of it once more, and not again for each
}

TEST_CASE("a large group that has lost its sender for a while does not speak all at once",
          "[sim]") {
    Scenario scenario = large_group();
    scenario.down.loss = 0.001;
    scenario.outages = {{milliseconds(400), milliseconds(900)}};
    const Outcome outcome = sim::run(scenario);
    CHECK(outcome.verdict == "all verified");
    CHECK(outcome.burst < 200);
    CHECK(outcome.feedback < 0.01);
}

TEST_CASE("a large group on a slow link, asked to report once a minute, is not taken for dead",
          "[sim]") {
    Scenario scenario = large_group();
    scenario.receivers = 300;
    scenario.size = 3 << 20;
    scenario.rate = DataRate::bits_per_second(0.5e6);
    const Outcome outcome = sim::run(scenario);
    CHECK(outcome.verdict == "all verified");
    CHECK(outcome.seconds > 45);
}

// 400 whose rate is not known, behind 100 Mbit/s.
static Scenario large_group_on_a_link() {
    Scenario scenario = large_group();
    scenario.receivers = 400;
    scenario.size = 16 << 20;
    scenario.rate.reset();
    scenario.link = DataRate::bits_per_second(100e6);
    return scenario;
}

TEST_CASE("the rate of a large group is found as fast as that of a few", "[sim]") {
    Scenario scenario = large_group_on_a_link();
    scenario.down.loss = 0.001;
    const Outcome outcome = sim::run(scenario);
    CHECK(outcome.verdict == "all verified");
    CHECK(outcome.sent < 1.5);
    CHECK(outcome.seconds < 2);  // 1.34 s at the full rate of the link
    CHECK(outcome.feedback < 0.01);
}

TEST_CASE("the rate of a large group follows the one on a slow link", "[sim]") {
    Scenario scenario = large_group_on_a_link();
    scenario.specials = {{.receiver = 57, .link = {DataRate::bits_per_second(20e6), 64 << 10, {}}}};
    const Outcome outcome = sim::run(scenario);
    CHECK(outcome.verdict == "all verified");
    CHECK(outcome.seconds < 9);  // its link alone allows 7.0 s
    CHECK(outcome.sent < 2.2);
    CHECK(outcome.feedback < 0.01);
}

TEST_CASE("no shape of a block does much better than 128 and 127, at any loss", "[sim]") {
    const auto sent = [](double loss, std::uint16_t block, std::uint16_t parity) {
        Scenario scenario = large();
        scenario.size = 8 << 20;
        scenario.threads = 1;
        scenario.receivers = 50;
        scenario.down.loss = loss;
        scenario.block = block;
        scenario.parity = parity;
        return sim::run(scenario).sent;
    };
    for (const double loss : {0.001, 0.01, 0.05, 0.2}) {
        INFO("loss " << loss);
        const double ours = sent(loss, 128, 127);
        CHECK(ours < 1.03 * sent(loss, 64, 127));
        CHECK(ours < 1.03 * sent(loss, 200, 55));
    }
}

TEST_CASE("losses in bursts do not bring the rate down to nothing", "[sim]") {
    Scenario scenario = large();
    scenario.size = 50'000'000;
    scenario.receivers = 4;
    scenario.rate.reset();
    scenario.link = DataRate::bits_per_second(100e6);
    scenario.down.loss = 0.05;
    scenario.down.burst = 20;
    const Outcome outcome = sim::run(scenario);
    CHECK(outcome.verdict == "all verified");
    CHECK(outcome.seconds < 16);  // 4 s at the full rate of the link
}

TEST_CASE("a long way is used from the second round trip on, and repaired in one", "[sim]") {
    for (const char* row : {"1 Gbit/s, 600 ms, 1 %", "1 Gbit/s, 600 ms, 5 %"}) {
        INFO(row);
        Scenario scenario = named_row("rate", row);
        scenario.size = 300'000'000;
        scenario.threads = 1;
        const Outcome outcome = sim::run(scenario);
        CHECK(outcome.verdict == "all verified");
        CHECK(outcome.sent < 1.04 * outcome.bound);
        CHECK(outcome.repair_rtts < 2.5);
        CHECK(outcome.seconds < 4.8);  // 2.5 s at the link's rate, and 1.2 s until it is known
    }
}

TEST_CASE("over a long way an ordered sink takes hardly longer than a file", "[sim]") {
    const auto time = [](std::optional<ByteCount> window) {
        const Duration there = milliseconds(300);
        Simulation simulation({.size = 100'000'000,
                               .segment = 1452,
                               .block = 128,
                               .parity = 127,
                               .chunk = 1 << 20,
                               .receivers = 2,
                               .down = {.loss = 0.01, .delay = there},
                               .up = {.delay = there},
                               .link = DataRate::bits_per_second(400e6),
                               .queue = 7'500'000,
                               .rate = std::nullopt,
                               .proactive = std::nullopt,
                               .window = window});
        simulation.run();
        CHECK(simulation.verdict() == "all verified");
        return to_seconds(simulation.elapsed());
    };
    const double file = time(std::nullopt);
    CHECK(time(512 << 20) < 1.1 * file);
    CHECK(time(16 << 20) > 1.3 * file);  // less than a round trip brings: that is why it grows
}

TEST_CASE("packets that overtake each other cost neither repairs nor rate", "[sim]") {
    for (const char* row : {"late by up to 0.2 ms, loss 0 %", "late by up to 3 ms, loss 0 %"}) {
        INFO(row);
        Scenario scenario = named_row("reordering", row);
        scenario.size = 100'000'000;
        scenario.threads = 1;
        const Outcome outcome = sim::run(scenario);
        CHECK(outcome.verdict == "all verified");
        CHECK(outcome.sent < 1.04);  // some are asked for until it is known that they do
        CHECK(outcome.link_use > 0.91);
    }
}
