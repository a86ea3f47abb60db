// SPDX-License-Identifier: MIT
#include "crypto/replay_window.hpp"

#include <algorithm>
#include <set>

#include "base/rng.hpp"
#include "support/catch.hpp"

using mcast::crypto::ReplayWindow;

TEST_CASE("a counter is new once, in any order", "[crypto][replay]") {
    ReplayWindow window(256);
    for (const int counter : {0, 5, 3, 4, 100, 99, 1}) {
        CHECK(window.is_new(static_cast<std::uint64_t>(counter)));
        window.note(static_cast<std::uint64_t>(counter));
        CHECK_FALSE(window.is_new(static_cast<std::uint64_t>(counter)));
    }
    CHECK(window.is_new(2));
}

TEST_CASE("what is older than the window is not new", "[crypto][replay]") {
    ReplayWindow window(256);
    window.note(1000);
    CHECK(window.is_new(1001 - 192));
    CHECK_FALSE(window.is_new(1000 - 192));
    CHECK_FALSE(window.is_new(0));
}

TEST_CASE("a leap forgets what the window no longer covers", "[crypto][replay]") {
    ReplayWindow window(256);
    for (std::uint64_t i = 0; i < 256; ++i) window.note(i);
    window.note(1ULL << 40);
    CHECK(window.is_new((1ULL << 40) - 100));
    CHECK_FALSE(window.is_new(255));
}

TEST_CASE("no counter is new twice, in a random order", "[crypto][replay]") {
    constexpr std::uint64_t kSeed = 7;
    mcast::Rng rng(kSeed);
    ReplayWindow window(512);
    std::set<std::uint64_t> come;
    std::uint64_t highest = 0;
    for (int i = 0; i < 20000; ++i) {
        const std::uint64_t counter =
            rng.chance(0.5) ? highest + rng.below(3) : highest - std::min(highest, rng.below(700));
        const bool in_reach = counter >= highest || highest + 1 - counter <= 512 - 64;
        const bool is_new = window.is_new(counter);
        CHECK(is_new == (in_reach && !come.contains(counter)));
        if (is_new) window.note(counter);
        if (is_new) come.insert(counter);
        highest = std::max(highest, is_new ? counter : 0);
    }
}
