// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::rate {

/// Our own link, as our own socket shows it. While this link limits the rate, the queue is on this
/// machine, short, and loses nothing. Bits per second include headers.
class LocalLink {
  public:
    /// Above what the link takes, so that it is never idle.
    static constexpr double kAbove = 1.25;
    /// The least part of the rate to ask for: a link that stood still for a moment is faster than
    /// it was then.
    static constexpr double kLeastTaken = 1.0 / 16;

    /// Up to `held` bytes waited, and the link took no more. `counts`: it matters to the current
    /// epoch.
    void on_busy(Time now, ByteCount held, bool counts) {
        busy_ = busy_ || counts;
        until_ = now + kBusyFor;
        epochs_ = kBusyEpochs;
        held_ = held;
    }
    void begin_epoch() {
        busy_ = false;
        epochs_ = std::max(epochs_ - 1, 0);
    }
    /// A probe's step begins: earlier events do not count for it.
    void begin_step() { busy_ = false; }
    /// The rate at which packets left in the last `lasted`.
    void on_sent(double bps, Duration lasted) {
        taken_bps_ =
            std::max(bps, taken_bps_ * std::exp(-(to_seconds(lasted) / to_seconds(kMemory))));
    }

    /// True if the link was full in the current epoch.
    [[nodiscard]] bool busy() const { return busy_; }
    /// The time that packets can wait in the link while it limits a rate of `sent_bps`.
    [[nodiscard]] Duration queue(Time now, double sent_bps) const {
        if ((now >= until_ && epochs_ == 0) || sent_bps <= 0) return {};
        return DataRate::bits_per_second(sent_bps).time_for(held_);
    }
    /// The rate to ask of the link when `bps` was too much: by the most that it took lately, as a
    /// single epoch can be short of processor time.
    [[nodiscard]] double ask(double bps) const {
        return std::clamp(kAbove * taken_bps_, kLeastTaken * bps, bps);
    }

  private:
    /// A socket that was full is full again soon, if nothing else is slower.
    static constexpr Duration kBusyFor = std::chrono::seconds(1);
    static constexpr int kBusyEpochs = 2;  ///< or the epoch after, where epochs are longer
    static constexpr Duration kMemory = std::chrono::milliseconds(300);

    bool busy_ = false;
    Time until_{};
    int epochs_ = 0;  ///< epochs to come in which it may still limit
    ByteCount held_ = 0;
    double taken_bps_ = 0;
};

}  // namespace mcast::rate
