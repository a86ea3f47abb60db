// SPDX-License-Identifier: MIT
#include "protocol/receive/retry_delay.hpp"

#include <algorithm>

namespace mcast::protocol {
namespace {

// A sender answers many receivers of a large group at once, and twice: there is no hurry to ask
// again.
constexpr Duration kLargeGroupFirst = std::chrono::milliseconds(200);
constexpr Duration kLargeGroupMost = std::chrono::seconds(2);
constexpr int kMostDoublings = 10;

}  // namespace

Duration RetryDelay::next(Duration first, Duration most, const SenderView& sender, Rng& rng) {
    if (sender.large_group()) {
        first = std::max<Duration>(2 * first, kLargeGroupFirst);
        most = kLargeGroupMost;
    }
    const int doublings = std::min(tries_++, kMostDoublings);
    const Duration delay = std::min<Duration>(first * (1 << doublings), most);
    return from_seconds(to_seconds(delay) * (0.85 + 0.3 * rng.uniform()));
}

}  // namespace mcast::protocol
