// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "protocol/rate/verdict.hpp"

namespace mcast::rate {

/// Keeps a standing queue short by sending a little less, and drains it (BBR) by sending much less
/// if it is long, or stays. If that does not help either, another flow fills it.
class QueueResponse {
  public:
    /// The part of the rate that a step leaves.
    static constexpr double kTrim = 0.98;

    [[nodiscard]] bool on() const { return since_.has_value(); }
    void begin(Time now, double bps) {
        since_ = now;
        before_bps_ = bps;
    }
    /// Stops: the queue is another flow's, or is forgotten.
    void stop() {
        since_.reset();
        draining_since_.reset();
        made_room_ = false;
    }
    /// True if a queue stood in the epoch before, too.
    [[nodiscard]] bool stood_before() const { return stood_before_; }
    void remember(bool stands) { stood_before_ = stands; }
    /// Begins after the rate was halved: loss while the queue stays is another flow's.
    void begin_with_room(Time now, double bps) {
        begin(now, bps);
        made_room_ = true;
    }
    [[nodiscard]] bool made_room() const { return made_room_; }
    /// A cut was made: draining does not take it back.
    void on_cut(double bps);
    /// The effect of a step is seen when the packets after it have passed the queue.
    void await_step(Time now, Duration round, Duration queue) { step_due_ = now + round + queue; }

    enum class Step : std::uint8_t {
        wait,
        trim,
        drain,
        foreign,  ///< it does not drain
    };
    [[nodiscard]] Step on_epoch(Time now, const Verdict& verdict, Duration round);
    /// The rate that a step of draining leaves of `bps`.
    [[nodiscard]] double drained(double bps) const;

    // Growth of queues, measured as often as they are probed.
    /// The growth since the last look; negative if the queue shrank.
    [[nodiscard]] Duration grown(const Verdict& verdict) const { return verdict.queue - earlier_; }
    /// The same per second.
    [[nodiscard]] double growth(Time now, const Verdict& verdict) const {
        return to_seconds(grown(verdict)) / to_seconds(now - looked_);
    }
    void look(Time now, const Verdict& verdict);

  private:
    std::optional<Time> since_;
    bool made_room_ = false;
    bool stood_before_ = false;
    std::optional<Time> draining_since_;
    Time step_due_{};
    double before_bps_ = 0;  // the rate when it began
    Duration earlier_{};     // queueing delay at the last look
    Time looked_{};
};

}  // namespace mcast::rate
