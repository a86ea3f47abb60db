// SPDX-License-Identifier: MIT
#include "protocol/receive/join_cycle.hpp"

#include <algorithm>

#include "protocol/backoff.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

constexpr Duration kSpread = milliseconds(5);
constexpr Duration kLateSpread = milliseconds(25);
constexpr double kUnseenGroup = 1000;  // receivers that may have heard the same offer
constexpr Duration kLeastJoinRetry = milliseconds(20);
constexpr Duration kMostJoinRetry = milliseconds(500);

}  // namespace

// Nobody may know yet how many others have just heard the same offer. A few of many answer early,
// and the sender then advertises a larger group for the others to hear.
Duration JoinCycle::first_delay(bool started, const SenderView& sender, Rng& rng) const {
    if (sender.large_group()) return sender.random_spread(rng);
    return random_backoff(rng, started ? kLateSpread : kSpread, kUnseenGroup);
}

Duration JoinCycle::next_delay(const SenderView& sender, Rng& rng) {
    const Duration first = std::max<Duration>(2 * sender.grtt(), kLeastJoinRetry);
    return retry_.next(first, kMostJoinRetry, sender, rng);
}

}  // namespace mcast::protocol
