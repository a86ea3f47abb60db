// SPDX-License-Identifier: MIT
// Nobody waits for one: ten receivers, one of them in trouble, with --on-slow detach.
#include "sim/outcome.hpp"
#include "sim/scenarios.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::sim;

using std::chrono::seconds;

namespace {

Outcome trouble(const std::string& what, std::uint64_t seed) {
    Scenario scenario = named_row("troubles", what);
    scenario.seed = seed;
    return sim::run(scenario);
}

}  // namespace

TEST_CASE("one in trouble, detached, costs the others a twentieth of their time at most",
          "[sim][slow]") {
    const auto others = [](const std::string& what) {  // the rate is no two times the same
        return trouble(what, 1).others_seconds + trouble(what, 2).others_seconds;
    };
    const double untroubled = others("none");
    for (const char* what : {"disk of 5 MB/s, detach", "reader of 5 MB/s, detach",
                             "30 % loss, detach", "link of 20 Mbit/s, detach", "dies, detach"}) {
        INFO(what << ", seeds 1 and 2");
        CHECK(others(what) < 1.05 * untroubled);
    }
}

TEST_CASE("one that was detached is caught up in about the time that its link takes",
          "[sim][slow]") {
    const Outcome link = trouble("link of 20 Mbit/s, detach", 1);
    CHECK(link.verdict == "all verified");
    CHECK(link.seconds < 1.1 * 200e6 * 8 / 20e6);  // 4 % of it are headers
    CHECK(link.feedback < 0.02);
    const Outcome reader = trouble("reader of 5 MB/s, detach", 1);
    CHECK(reader.verdict == "all verified");
    CHECK(reader.seconds < 1.2 * 200e6 / 5e6);
}

TEST_CASE("one that is away for a while costs the others hardly any time under any policy",
          "[sim][slow]") {
    const double untroubled = trouble("none", 1).others_seconds;
    for (const char* what : {"away for 4 s", "away for 7 s", "away for 20 s", "stopped for 7 s"}) {
        for (const char* policy : {"", ", detach"}) {
            const Outcome outcome = trouble(std::string(what) + policy, 1);
            INFO(outcome.name << ", seed 1");
            CHECK(outcome.verdict == "all verified");
            CHECK(outcome.others_seconds < 1.03 * untroubled);
        }
    }
}

TEST_CASE("machines that come and go complete, and cost the others hardly any time",
          "[sim][slow]") {
    const double untroubled = trouble("none", 1).others_seconds;
    Scenario flapping = named_row("troubles", "none");
    flapping.specials = {
        {.receiver = 9,
         .outages = {{seconds(1), seconds(2), true},
                     {seconds(3), seconds(4)},
                     {seconds(5), seconds(7)}}},
        {.receiver = 8, .outages = {{seconds(4), seconds(12), true}}},
        {.receiver = 7, .pauses = {{seconds(2), seconds(3)}, {seconds(6), seconds(20)}}}};
    const Outcome outcome = sim::run(flapping);
    CHECK(outcome.verdict == "all verified");
    CHECK(outcome.others_seconds < 1.03 * untroubled);
}

TEST_CASE("a sender that is cut off for a while goes on, and takes as much longer", "[sim][slow]") {
    const double untroubled = trouble("none", 1).seconds;
    for (const std::size_t receivers : {1U, 10U, 150U}) {
        Scenario scenario = named_row("troubles", "none");
        scenario.receivers = receivers;
        scenario.begin_with = 0;
        scenario.specials.clear();
        scenario.outages = {{seconds(3), seconds(11)}};
        const Outcome outcome = sim::run(scenario);
        INFO(receivers << " receivers");
        CHECK(outcome.verdict == "all verified");
        CHECK(outcome.seconds < untroubled + 8 + 2);
    }
}
