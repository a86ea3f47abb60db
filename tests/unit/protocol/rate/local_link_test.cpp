// SPDX-License-Identifier: MIT
#include "protocol/rate/local_link.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Time kBegin{seconds(1000)};

}  // namespace

TEST_CASE("our own link is busy for the epoch in which it was full", "[rate]") {
    LocalLink link;
    link.on_busy(kBegin, 1000, false);  // while a probe waits for its reports
    CHECK_FALSE(link.busy());
    link.on_busy(kBegin, 1000, true);
    CHECK(link.busy());
    link.begin_epoch();
    CHECK_FALSE(link.busy());
}

TEST_CASE("what waits for our own link counts for a second, or two epochs", "[rate]") {
    LocalLink link;
    CHECK(link.queue(kBegin, 8e6) == Duration::zero());
    link.on_busy(kBegin, 1000, true);
    CHECK(link.queue(kBegin, 8e6) == milliseconds(1));
    CHECK(link.queue(kBegin + seconds(5), 8e6) == milliseconds(1));
    link.begin_epoch();
    link.begin_epoch();
    CHECK(link.queue(kBegin + milliseconds(999), 8e6) == milliseconds(1));
    CHECK(link.queue(kBegin + seconds(5), 8e6) == Duration::zero());
}

TEST_CASE("a little more is asked of our own link than it took lately", "[rate]") {
    LocalLink link;
    link.on_sent(80e6, milliseconds(20));
    CHECK(link.ask(200e6) == Approx(100e6));
    link.on_sent(1e6, milliseconds(20));  // we waited for the processor
    CHECK(link.ask(200e6) > 90e6);
    for (int i = 0; i < 100; ++i) link.on_sent(1e6, milliseconds(20));
    CHECK(link.ask(200e6) == Approx(200e6 / 16));  // it stood still: it takes more than that
    CHECK(link.ask(10e6) <= 10e6);
}
