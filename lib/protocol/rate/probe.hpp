// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/time.hpp"
#include "base/units.hpp"
#include "protocol/rate/epoch.hpp"
#include "protocol/rate/receivers.hpp"

namespace mcast::rate {

/// Tries a much higher rate on a long path for a moment, then holds the earlier rate until the
/// reports are back, a round trip later, and judges it. The first probe of a transfer has several
/// steps in a row, so that the link is known after one round trip.
class BandwidthProbe {
  public:
    /// On shorter paths a higher rate is judged at once, without a probe.
    static constexpr Duration kLongPath = std::chrono::milliseconds(50);

    /// The first probe of a transfer, when nothing is known of the link.
    [[nodiscard]] static BandwidthProbe first();
    /// Probes `bps` instead of `before`; receivers report every `interval`.
    BandwidthProbe(DataRate before, double bps, Duration interval);

    /// True if its steps are over long before their reports come back.
    [[nodiscard]] static bool fits(Duration longest_path, Duration interval);
    /// The rate to probe with, above `bps`.
    [[nodiscard]] static double step_up(double bps, bool congested_known);

    [[nodiscard]] DataRate before() const { return before_; }
    [[nodiscard]] bool is_first() const { return first_; }
    /// True while the rate between or after the steps is held.
    [[nodiscard]] bool holding() const { return !sending_; }
    [[nodiscard]] double step_bps() const { return steps_[at_].bps; }

    /// Packets left. True if they are the step's first: its time and bytes count from now on.
    [[nodiscard]] bool on_sent(Time now, std::int64_t next);

    /// The action that is due.
    enum class Due : std::uint8_t {
        nothing,
        hold,          ///< the step is over
        sample_queue,  ///< a probe packet follows it: call on_sampled
        next_step,     ///< call begin_step
    };
    [[nodiscard]] Due due(Time now, Duration interval) const;
    /// The time of the next action; receivers report every `interval`.
    [[nodiscard]] Time deadline(Duration interval) const;
    void begin_step(std::int64_t next);
    void hold(Time now, std::int64_t next, bool link_busy);
    void on_sampled(std::int64_t next, Sending sending);

    /// A report came; `earlier`: the round trip that was known until then; 0: none.
    void on_sample(Receiver& r, const Sample& sample, Duration earlier) const;
    /// True if that receiver reported on the whole probe.
    [[nodiscard]] bool heard_from(const Receiver& r) const;
    /// The report of the step that shows the rate of the link: the first that was too fast, or the
    /// last if none was. Teaches the receivers' loss models the random loss.
    [[nodiscard]] EpochReport evaluate(EpochReport report, Receivers& receivers) const;

  private:
    static constexpr std::int64_t kNotYet = std::numeric_limits<std::int64_t>::max();
    // A rate that is kept for `span`.
    struct Step {
        double bps = 0;
        Duration span{};
        std::int64_t first = kNotYet;  // the first packet that left at this rate
        std::int64_t end = kNotYet;
        Time begun{};  // when that packet left
        Sending sending;
    };

    BandwidthProbe() = default;
    [[nodiscard]] bool evaluate_holds(EpochReport& report, const Receivers& receivers) const;
    [[nodiscard]] bool evaluate_step(EpochReport& report, Receivers& receivers,
                                     std::size_t at) const;
    [[nodiscard]] ReceiverEpoch of_step(const ReceiverEpoch& heard, const Receiver& r,
                                        std::size_t at) const;
    void learn_baselines(const EpochReport& report, Receivers& receivers) const;

    DataRate before_;
    std::array<Step, kMostSteps> steps_;
    std::size_t count_ = 1;
    std::size_t at_ = 0;
    bool first_ = false;
    bool sending_ = true;
    Time held_since_{};
    std::int64_t sampled_ = kNotYet;  // packets from here on left after the last probe packet
};

/// True if each receiver reported on a single step. A receiver that reports seldom may cover all
/// steps at once, which shows nothing.
[[nodiscard]] bool steps_seen(const Receivers& receivers);
/// True if a queue was seen before some receiver.
[[nodiscard]] bool queue_seen(const EpochReport& report, const Receivers& receivers);

}  // namespace mcast::rate
