// SPDX-License-Identifier: MIT
#include "protocol/rate/loss_test.hpp"

#include "support/catch.hpp"

using namespace mcast::rate;

TEST_CASE("loss tests that are on together go back to before the first", "[rate]") {
    LossTests tests;
    CHECK_FALSE(tests.finish());
    tests.begin({100e6, {90e6, true}});
    tests.begin({50e6, {}});
    const auto before = tests.finish();
    REQUIRE(before);
    CHECK(before->bps == 100e6);
    CHECK(before->congested.queued);
    CHECK_FALSE(tests.finish());
}

TEST_CASE("an earlier cut for the same loss is taken back as well", "[rate]") {
    LossTests tests;
    tests.include({300e6, {}});  // nothing is on
    CHECK_FALSE(tests.finish());
    tests.begin({100e6, {}});
    tests.include({200e6, {}});
    tests.include({150e6, {}});
    CHECK(tests.finish()->bps == 200e6);
}

TEST_CASE("cuts stay when one of the losses went with the rate", "[rate]") {
    LossTests tests;
    tests.begin({100e6, {}});
    tests.on_congestion();
    CHECK_FALSE(tests.finish());
    tests.begin({100e6, {}});
    CHECK(tests.finish());
}
