// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "base/member_id.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "protocol/rate/competition.hpp"
#include "protocol/rate/epoch.hpp"
#include "protocol/rate/growth.hpp"
#include "protocol/rate/limits.hpp"
#include "protocol/rate/local_link.hpp"
#include "protocol/rate/queue_response.hpp"
#include "protocol/rate/verdict.hpp"

namespace mcast::rate {

inline constexpr double kAfterCut = 0.96;  ///< part of what fits: the queue drains

/// All facts that the next rate depends on.
struct JudgedEpoch {
    Time now{};
    const EpochReport& report;
    const Verdict& verdict;
    const LocalLink& link;
    Duration round{};         ///< a round trip and a report interval
    Duration longest_path{};  ///< the longest of all receivers
    bool may_probe = false;   ///< the path is so long that higher rates are probed
    bool queue_seen = false;  ///< at some moment of a probe
};

/// The rate, and what moves it after an epoch: competition with another flow, a cut to what was
/// delivered, a queue, or growth, in this order. It sees no receivers and no packets.
class Adaptation {
  public:
    struct Probe {
        DataRate before;
        double bps = 0;
    };
    struct Decision {
        std::optional<Probe> probe;  ///< to be made instead of a step
        bool competes = false;       ///< true: losses are not tested from now on
    };

    explicit Adaptation(DataRate start) : rate_(start) {}

    [[nodiscard]] DataRate rate() const { return rate_; }
    void set(double bps);
    /// Fixes the rate; empty: it adapts.
    void set_fixed(std::optional<DataRate> fixed);
    [[nodiscard]] bool fixed() const { return fixed_.has_value(); }

    [[nodiscard]] const CongestedRate& congested() const { return congested_; }
    [[nodiscard]] bool competing() const { return competition_.active(); }
    [[nodiscard]] bool draining() const { return queue_.on(); }
    /// The rate that was really sent in the epoch.
    [[nodiscard]] double used_bps(const EpochReport& report) const;

    /// Goes on at that rate, and forgets all congestion.
    void restart(double bps);
    /// Takes back the cuts since that state: they were for nothing.
    void restore(const Checkpoint& before);
    /// True if that receiver was congested last. It no longer counts as that.
    [[nodiscard]] bool release(MemberId id);

    [[nodiscard]] Decision on_epoch(const JudgedEpoch& epoch);
    /// Decides after a probe; `before`: the rate before it.
    [[nodiscard]] Decision on_probe(const JudgedEpoch& epoch, DataRate before);
    /// To be called after each epoch, decided on or not.
    void look_at_queue(Time now, const Verdict& verdict) { queue_.look(now, verdict); }

  private:
    void cut(const JudgedEpoch& epoch, Decision& decision);
    [[nodiscard]] bool drain(const JudgedEpoch& epoch, Decision& decision);
    void meet_queue(const JudgedEpoch& epoch, Decision& decision);
    void make_room(const JudgedEpoch& epoch);
    void grow(const JudgedEpoch& epoch, Decision& decision);
    void compete(const JudgedEpoch& epoch);
    void begin_competing(const JudgedEpoch& epoch, Decision& decision);
    void on_queue_began(const JudgedEpoch& epoch, double bps, Decision& decision);

    DataRate rate_;
    std::optional<DataRate> fixed_;
    CongestedRate congested_;
    std::optional<MemberId> congested_by_;  // the receiver that was congested last
    Growth growth_;
    QueueResponse queue_;
    Competition competition_;
};

}  // namespace mcast::rate
