// SPDX-License-Identifier: MIT
#include "protocol/receive/join_cycle.hpp"

#include <algorithm>

#include "support/catch.hpp"
#include "wire/norm/quantize.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

SenderView sender_of(double group) {
    SenderView sender;
    sender.on_fields({.instance = InstanceId{1},
                      .grtt = wire::quantize_rtt(0.001),
                      .backoff = 4,
                      .gsize = wire::quantize_gsize(group)});
    return sender;
}

}  // namespace

TEST_CASE("a message is repeated less and less often, and not in step", "[protocol][retry_delay]") {
    RetryDelay retry;
    Rng rng(1);
    const SenderView sender = sender_of(10);
    Duration before{};
    for (const int expected : {10, 20, 40, 80, 100, 100}) {
        const Duration delay = retry.next(milliseconds(10), milliseconds(100), sender, rng);
        CHECK(delay >= milliseconds(expected) * 85 / 100);
        CHECK(delay <= milliseconds(expected) * 115 / 100);
        CHECK(delay != before);
        before = delay;
    }
    retry.restart();
    CHECK(retry.untried());
    CHECK(retry.next(milliseconds(10), milliseconds(100), sender, rng) < milliseconds(12));
    CHECK_FALSE(retry.untried());
}

TEST_CASE("nobody of a large group hurries to ask again", "[protocol][retry_delay]") {
    RetryDelay retry;
    Rng rng(1);
    const SenderView sender = sender_of(1000);
    CHECK(retry.next(milliseconds(10), milliseconds(100), sender, rng) >= milliseconds(170));
    for (int i = 0; i < 9; ++i) (void)retry.next(milliseconds(10), milliseconds(100), sender, rng);
    CHECK(retry.next(milliseconds(10), milliseconds(100), sender, rng) >= milliseconds(1700));
}

TEST_CASE("a first join comes soon, and later where data flows already", "[protocol][join_cycle]") {
    const JoinCycle joining;
    Rng rng(1);
    Duration longest{};
    Duration longest_late{};
    for (int i = 0; i < 1000; ++i) {
        longest = std::max(longest, joining.first_delay(false, sender_of(10), rng));
        longest_late = std::max(longest_late, joining.first_delay(true, sender_of(10), rng));
    }
    CHECK(longest <= milliseconds(5));
    CHECK(longest_late > milliseconds(5));
    CHECK(longest_late <= milliseconds(25));
}

TEST_CASE("a join is repeated until it is confirmed or begun anew", "[protocol][join_cycle]") {
    JoinCycle joining;
    Rng rng(1);
    CHECK(joining.untried());
    CHECK(joining.next_delay(sender_of(10), rng) <= milliseconds(23));
    CHECK(joining.next_delay(sender_of(10), rng) >= milliseconds(34));
    CHECK_FALSE(joining.untried());
    joining.restart();
    CHECK(joining.untried());
    CHECK_FALSE(joining.confirmed());
    joining.confirm();
    CHECK(joining.confirmed());
}
