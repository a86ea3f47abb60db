// SPDX-License-Identifier: MIT
#include "cli/grammar/suggest.hpp"

#include "support/catch.hpp"

using namespace mcast::cli;

TEST_CASE("the distance of two words is the least number of slips", "[cli]") {
    CHECK(distance("status", "status") == 0);
    CHECK(distance("Status", "status") == 0);
    CHECK(distance("on_slow", "on-slow") == 0);
    CHECK(distance("statsu", "status") == 1);  // swapped
    CHECK(distance("staus", "status") == 1);   // left out
    CHECK(distance("statuss", "status") == 1);
    CHECK(distance("stetus", "status") == 1);
    CHECK(distance("", "abc") == 3);
    CHECK(distance("abc", "") == 3);
}

TEST_CASE("a word is a slip of the nearest candidate, or the beginning of the only one", "[cli]") {
    const std::vector<std::string> words{"status", "start", "receivers", "rate"};
    CHECK(closest("statsu", words) == "status");
    CHECK(closest("strat", words) == "start");
    CHECK(closest("recievers", words) == "receivers");
    CHECK(closest("RATE", words) == "rate");
    CHECK(closest("rec", words) == "receivers");
    CHECK_FALSE(closest("sta", words));  // of two
    CHECK_FALSE(closest("st", words));
    CHECK_FALSE(closest("image", words));
    CHECK_FALSE(closest("", words));
    CHECK_FALSE(closest(std::string(1000000, 's'), words));
}
