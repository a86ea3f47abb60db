// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "base/time.hpp"
#include "protocol/rate/epoch.hpp"

namespace mcast::rate {

/// Queueing before one receiver in an epoch, by its round trips.
struct QueueState {
    Duration rtt{};         ///< least round trip in the epoch; 0: no sample
    Duration delay{};       ///< least queueing delay in the epoch
    bool starting = false;  ///< the latest round trip shows a small queue
    bool late = false;      ///< the latest round trip shows a queue
    bool standing = false;  ///< all round trips show it: the rate no longer grows
    bool is_long = false;   ///< so long that it is drained
};

/// The path to one receiver: its least round trip, which has no queueing in it.
class PathModel {
  public:
    void on_rtt(Duration rtt) { rtt_min_ = std::min(rtt_min_, rtt); }

    [[nodiscard]] bool known() const { return rtt_min_ != Duration::max(); }
    [[nodiscard]] Duration rtt_min() const { return rtt_min_; }

    /// The queue, less `allowed`, the queueing in our own link.
    [[nodiscard]] QueueState queue(const ReceiverEpoch& heard, Duration allowed) const {
        if (heard.rtt_min == Duration::max()) return {};
        const Duration delay = std::max(heard.rtt_min - rtt_min_ - allowed, Duration::zero());
        const Duration last = heard.rtt_last - rtt_min_ - allowed;
        const Duration standing = std::max(kStanding, rtt_min_ / kStandingPart);
        return {.rtt = heard.rtt_min,
                .delay = delay,
                .starting = last > std::max(kStanding, rtt_min_ / kStartingPart),
                .late = last > standing,
                .standing = delay > standing,
                .is_long = delay > std::max(kLong, rtt_min_ / kLongPart)};
    }
    /// True if a queue was seen at some moment of a probe.
    [[nodiscard]] bool probe_queued(const ReceiverEpoch& heard) const {
        if (heard.rtt_most <= Duration::zero()) return false;
        return heard.rtt_most - rtt_min_ > std::max(kStanding, rtt_min_ / kProbePart);
    }

  private:
    /// The scheduler of two busy cores alone causes 2 ms. Longer round trips vary more, so the
    /// limit is at least a part of them.
    static constexpr Duration kStanding = std::chrono::milliseconds(3);
    static constexpr int kStandingPart = 16;
    static constexpr int kStartingPart = 64;  ///< seen a round trip late, so less counts
    static constexpr int kProbePart = 200;    ///< a probe's round trips are only a moment apart
    static constexpr Duration kLong = std::chrono::milliseconds(8);
    static constexpr int kLongPart = 8;

    Duration rtt_min_ = Duration::max();
};

}  // namespace mcast::rate
