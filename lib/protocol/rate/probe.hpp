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

/// A much higher rate on a long path: sent at for a moment and judged a round trip later, when the
/// reports are back; until then the rate before is held. A probe of a transfer that just began has
/// several steps one behind the other, so that a round trip later the link is known.
class BandwidthProbe {
  public:
    /// On shorter paths a higher rate is judged as soon as it is sent at.
    static constexpr Duration kLongPath = std::chrono::milliseconds(50);

    /// The first of a transfer: the link may be anything.
    [[nodiscard]] static BandwidthProbe first();
    /// `bps` instead of `before`, where receivers report every `interval`.
    BandwidthProbe(DataRate before, double bps, Duration interval);

    /// Its steps are over long before reports of them come back.
    [[nodiscard]] static bool fits(Duration longest_path, Duration interval);
    /// The rate to probe with, above `bps`.
    [[nodiscard]] static double step_up(double bps, bool congested_known);

    [[nodiscard]] DataRate before() const { return before_; }
    [[nodiscard]] bool is_first() const { return first_; }
    /// The rate before is held.
    [[nodiscard]] bool holding() const { return !sending_; }
    [[nodiscard]] double step_bps() const { return steps_[at_].bps; }

    /// Packets left. True: the step's first, so that its time and bytes count from now on.
    [[nodiscard]] bool on_sent(Time now, std::int64_t next);

    /// What time brings.
    enum class Due : std::uint8_t {
        nothing,
        hold,          ///< the step is over
        sample_queue,  ///< a probe packet leaves behind it: call on_sampled
        next_step,     ///< call begin_step
    };
    [[nodiscard]] Due due(Time now, Duration interval) const;
    /// When something is due next, where receivers report every `interval`.
    [[nodiscard]] Time deadline(Duration interval) const;
    void begin_step(std::int64_t next);
    void hold(Time now, std::int64_t next, bool link_busy);
    void on_sampled(std::int64_t next, Sending sending);

    /// `earlier`: the round trip that was known until then; 0: none.
    void on_sample(Receiver& r, const Sample& sample, Duration earlier) const;
    /// That receiver reported on all of it.
    [[nodiscard]] bool heard_from(const Receiver& r) const;
    /// The report of the step that tells what the link takes: the first that was too fast; if none
    /// was, the last. Teaches the receivers' loss models what is lost at any rate.
    [[nodiscard]] EpochReport evaluate(EpochReport report, Receivers& receivers) const;

  private:
    static constexpr std::int64_t kNotYet = std::numeric_limits<std::int64_t>::max();
    // A rate that is sent at for `span`.
    struct Step {
        double bps = 0;
        Duration span{};
        std::int64_t first = kNotYet;  // of the packets that left at it
        std::int64_t end = kNotYet;
        Time begun{};  // with the first of them
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
    std::int64_t sampled_ = kNotYet;  // packets from here on left behind the last probe packet
};

/// Every receiver's report tells of a step; one that reports seldom may tell of all steps at once,
/// which says nothing.
[[nodiscard]] bool steps_seen(const Receivers& receivers);
/// A queue was seen before some receiver.
[[nodiscard]] bool queue_seen(const EpochReport& report, const Receivers& receivers);

}  // namespace mcast::rate
