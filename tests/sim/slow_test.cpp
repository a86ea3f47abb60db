// SPDX-License-Identifier: MIT
// Nobody waits for one: ten receivers, one of them in trouble, with --on-slow detach.
#include "sim/outcome.hpp"
#include "sim/scenarios.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::sim;

namespace {

Outcome trouble(const std::string& what, std::uint64_t seed) {
    Scenario scenario = named_row("troubles", what);
    scenario.seed = seed;
    return sim::run(scenario);
}

}  // namespace

TEST_CASE(
    "whatever ails one receiver, detached it costs the others a twentieth of the time at most",
    "[sim][slow]") {
    const std::uint64_t seed = 1;
    const double untroubled = trouble("none", seed).others_seconds;
    for (const char* what :
         {"disk of 5 MB/s, detach", "reader of 5 MB/s, detach", "reader that stops, detach",
          "30 % loss, detach", "link of 20 Mbit/s, detach", "dies, detach",
          "joins after 4 s, detach", "cut off for 2 s, detach"}) {
        INFO(what << ", seed " << seed);
        CHECK(trouble(what, seed).others_seconds < 1.05 * untroubled);
    }
}

TEST_CASE("one that was detached is caught up in about the time that its link takes",
          "[sim][slow]") {
    const Outcome link = trouble("link of 20 Mbit/s, detach", 1);
    CHECK(link.verdict == "all verified");
    CHECK(link.seconds < 1.1 * 200e6 * 8 / 20e6);  // 4 % of it are headers
    CHECK(link.feedback < 0.01);
    const Outcome reader = trouble("reader of 5 MB/s, detach", 1);
    CHECK(reader.verdict == "all verified");
    CHECK(reader.seconds < 1.2 * 200e6 / 5e6);
}
