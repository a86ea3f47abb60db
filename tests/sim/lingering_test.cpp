// SPDX-License-Identifier: MIT
// No fault lingers: what one receiver did to the rate is over soon after it is.
#include "sim/outcome.hpp"
#include "sim/scenarios.hpp"
#include "sim/simulation.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::sim;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr double kLink = 1e9;

// Two receivers at 1 Gbit/s, the second of which is on a link of its own, for a minute.
Scenario beside_slow_link(double bps) {
    Scenario s = large();
    s.down.delay = s.up.delay = milliseconds(1);
    s.link = DataRate::bits_per_second(kLink);
    s.queue = 625'000;
    s.rate.reset();
    s.receivers = 2;
    s.size = 7'500'000'000;
    s.chunk = 8 << 20;
    s.specials = {{.receiver = 1, .link = {DataRate::bits_per_second(bps), 64 << 10, {}}}};
    return s;
}

// What has been sent within the last half second, in bits per second.
double sent_of_late(Simulation& simulation) {
    const auto before = simulation.totals().down_bytes;
    simulation.run_until([] { return false; }, milliseconds(500));
    return 16 * static_cast<double>(simulation.totals().down_bytes - before);
}

double rate_two_seconds_later(Simulation& simulation) {
    simulation.run_until([] { return false; }, milliseconds(1500));
    return sent_of_late(simulation);
}

}  // namespace

TEST_CASE("a receiver that loses most packets by chance costs what its repairs take", "[sim]") {
    for (const char* way :
         {"100 Mbit/s, 0.2 ms", "100 Mbit/s, 10 ms", "1000 Mbit/s, 0.2 ms", "1000 Mbit/s, 10 ms"}) {
        for (const int percent : {40, 60, 80, 90}) {
            Scenario s = named_row("chance", way + (", " + std::to_string(percent) + " %"));
            const double alone = static_cast<double>(s.size) * 8 / s.link.bps();
            for (const std::uint64_t seed : {1U, 2U, 3U}) {
                s.seed = seed;
                INFO(s.name << ", seed " << seed);
                const Outcome outcome = sim::run(s);
                CHECK(outcome.verdict == "all verified");
                CHECK(outcome.session_seconds < 3 * alone / (1 - percent / 100.0));
            }
        }
    }
}

TEST_CASE("when the one that limited the rate dies the others are at their own two seconds later",
          "[sim]") {
    for (const double bps : {3e6, 3e7}) {
        Scenario s = beside_slow_link(bps);
        s.specials[0].dies = seconds(6);
        Simulation simulation(s);
        INFO("a link of " << bps << " bit/s");
        simulation.run_until([] { return false; }, milliseconds(5500));
        CHECK(sent_of_late(simulation) < 0.2 * kLink);
        CHECK(rate_two_seconds_later(simulation) > 0.85 * kLink);
    }
}

TEST_CASE("when it is detached they are, too", "[sim]") {
    for (const double bps : {3e5, 3e6, 3e7}) {
        Simulation simulation(beside_slow_link(bps));
        INFO("a link of " << bps << " bit/s");
        simulation.run_until([] { return false; }, seconds(20));
        CHECK(sent_of_late(simulation) < 0.2 * kLink);
        REQUIRE(simulation.sender().detach(simulation.now(), NodeId{2}));
        CHECK(rate_two_seconds_later(simulation) > 0.85 * kLink);
    }
}

TEST_CASE("a receiver that stands still leaves no long round trip behind", "[sim]") {
    for (const int pause_ms : {100, 250, 700, 4000}) {
        Scenario s = beside_slow_link(0);
        s.down.loss = 0.1;
        s.rate = DataRate::bits_per_second(1e8);
        s.specials = {
            {.receiver = 1, .pauses = {{seconds(2), seconds(2) + milliseconds(pause_ms)}}}};
        Simulation simulation(s);
        INFO("for " << pause_ms << " ms");
        simulation.run_until([] { return false; }, seconds(2));
        const Duration before = simulation.sender().grtt();
        Duration most{};
        const auto watch = [&] {
            most = std::max(most, simulation.sender().grtt());
            return false;
        };
        simulation.run_until(watch, milliseconds(pause_ms));
        simulation.run_until(watch, seconds(2));
        CHECK(most < 20 * before);
        CHECK(simulation.sender().grtt() < 2 * before);
    }
}
