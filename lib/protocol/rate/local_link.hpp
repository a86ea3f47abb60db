// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::rate {

/// Our own link, by what our own socket says: while that limits the rate its queue is here, short,
/// and loses nothing. Bits per second are of packets with their headers.
class LocalLink {
  public:
    /// Above what the link takes, so that it is never idle.
    static constexpr double kAbove = 1.25;
    /// Part of the rate: a link that stood still for a moment takes more than it did then.
    static constexpr double kLeastTaken = 1.0 / 16;

    /// Up to `held` bytes waited and it took no more. `counts`: for the epoch that is on.
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
    /// A probe's step begins: what was before it does not count for it.
    void begin_step() { busy_ = false; }
    /// So much was sent in the last while.
    void on_sent(double bps, Duration lasted) {
        taken_bps_ =
            std::max(bps, taken_bps_ * std::exp(-(to_seconds(lasted) / to_seconds(kMemory))));
    }

    /// It was full in the epoch that is on.
    [[nodiscard]] bool busy() const { return busy_; }
    /// The bytes that may wait in it while it limits a rate of `sent_bps`.
    [[nodiscard]] Duration queue(Time now, double sent_bps) const {
        if ((now >= until_ && epochs_ == 0) || sent_bps <= 0) return {};
        return DataRate::bits_per_second(sent_bps).time_for(held_);
    }
    /// The rate to ask of it where `bps` was too much. A single epoch tells how long we waited for
    /// the processor, so this goes by the most that it took lately.
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
    int epochs_ = 0;  ///< to be judged, in which it may still limit
    ByteCount held_ = 0;
    double taken_bps_ = 0;
};

}  // namespace mcast::rate
