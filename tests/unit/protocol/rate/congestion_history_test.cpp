// SPDX-License-Identifier: MIT
#include "protocol/rate/congestion_history.hpp"

#include "support/catch.hpp"

using namespace mcast::rate;

TEST_CASE("congested rates that vary as they are measured have not sunk", "[rate]") {
    CongestionHistory watch;
    for (int i = 0; i < 200; ++i) {
        watch.add(1e9 * (1 + 0.025 * (i % 3 - 1)));
        REQUIRE_FALSE(watch.sank());
    }
}

TEST_CASE("congested rates that sink little by little have sunk", "[rate]") {
    CongestionHistory watch;
    for (int i = 0; i < 5; ++i) watch.add(1e9);
    for (double bps = 1e9; bps > 0.93e9; bps *= 0.99) {
        watch.add(bps);
        REQUIRE_FALSE(watch.sank());
    }
    for (int i = 0; i < 2; ++i) {
        watch.add(0.91e9);
        CHECK_FALSE(watch.sank());  // they may be wrong
    }
    watch.add(0.91e9);
    CHECK(watch.sank());
    CHECK(watch.usual() == Approx(1e9));
    watch.clear();
    CHECK_FALSE(watch.sank());
}

TEST_CASE("a single congested rate that was far too high is not what others are compared with",
          "[rate]") {
    CongestionHistory watch;
    watch.add(1.1e9);
    for (int i = 0; i < 10; ++i) watch.add(1e9);
    CHECK_FALSE(watch.sank());
    CHECK(watch.usual() == Approx(1e9));
}

TEST_CASE("a congested rate that falls at once is another link's", "[rate]") {
    CongestionHistory watch;
    for (int i = 0; i < 10; ++i) watch.add(1e9);
    for (int i = 0; i < 10; ++i) {
        watch.add(0.5e9);
        REQUIRE_FALSE(watch.sank());
    }
}
