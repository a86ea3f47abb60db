// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "base/member_id.hpp"
#include "base/time.hpp"
#include "protocol/rate/limits.hpp"
#include "protocol/rate/pace_watch.hpp"
#include "protocol/rate/receivers.hpp"

namespace mcast::rate {

/// The consequences of an epoch for the rate, over all receivers.
struct Verdict {
    bool congested = false;
    bool hold = false;                  ///< do not go faster: something fills up
    double low_bps = kMaxRate.bps();    ///< low enough for the loss tests that are on
    double delivered_fraction = 1;      ///< part of the rate, at the worst receiver
    Duration rtt{};                     ///< the longest to a receiver
    Duration queue{};                   ///< the longest queueing delay before a receiver
    bool starting = false;              ///< a queue was seen last
    bool queued = false;                ///< a queue stands: the rate holds
    bool long_queue = false;            ///< so long that it is drained
    std::optional<MemberId> worst;      ///< the receiver that lowers the rate
    std::optional<Checkpoint> restore;  ///< cuts that were for random loss are taken back
    std::vector<PaceWatch::Trouble> troubles;

    /// The longest path, without its queue.
    [[nodiscard]] Duration path() const { return rtt - queue; }
};

/// Judges an epoch. Teaches the receivers' loss models, but decides nothing.
[[nodiscard]] Verdict judge(const EpochReport& report, const LossContext& at, Receivers& receivers,
                            LossTests& tests);

}  // namespace mcast::rate
