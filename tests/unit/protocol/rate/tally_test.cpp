// SPDX-License-Identifier: MIT
#include "protocol/rate/tally.hpp"

#include "support/catch.hpp"

using namespace mcast::rate;

namespace {

Tally reports(int count, std::uint64_t sent, std::uint64_t lost) {
    Tally tally;
    for (int i = 0; i < count; ++i)
        tally.add(Tally::of({.expected = sent, .received = sent - lost}));
    return tally;
}

}  // namespace

TEST_CASE("a tally adds up what reports tell", "[rate]") {
    const Tally tally = reports(4, 100, 5);
    CHECK(tally.sent == 400);
    CHECK(tally.lost == 20);
    CHECK(tally.loss() == Approx(0.05));
    CHECK(Tally{}.loss() == 0);
}

TEST_CASE("more packets than were sent are no negative loss", "[rate]") {
    CHECK(Tally::of({.expected = 10, .received = 12}).lost == 0);
}

TEST_CASE("losses in bursts are dispersed, even ones are not", "[rate]") {
    CHECK(reports(10, 100, 5).dispersion() == 1);
    Tally bursts = reports(9, 100, 0);
    bursts.add(reports(1, 100, 50));
    CHECK(bursts.dispersion() > 10);
    CHECK(reports(1, 100, 50).dispersion() == 1);  // a single report does not tell
}
