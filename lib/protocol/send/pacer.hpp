// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::protocol {

/// Says when the next run may leave so that the long-term rate is kept. A late wake-up is made up
/// for, but never by more than a burst. A rate that was found bursts for at most 2 ms, which a
/// queue takes. A rate that was asked for is kept on a busy machine, too: its burst has the bytes
/// of 2 ms at 1 Gbit/s, and lasts at most 20 ms.
class Pacer {
  public:
    /// Ethernet, IP and UDP headers of each datagram: rates count what is on the wire.
    static constexpr ByteCount kPacketOverhead = 42;
    static constexpr Duration kBurst = std::chrono::milliseconds(2);
    static constexpr Duration kLongestBurst = std::chrono::milliseconds(20);
    static constexpr ByteCount kBurstBytes = 250'000;
    /// A run should last about so long, so that slow rates stay smooth and fast ones batch.
    static constexpr Duration kQuantum = std::chrono::microseconds(500);

    explicit Pacer(DataRate rate) : rate_(rate) {}

    [[nodiscard]] DataRate rate() const { return rate_; }
    void set_rate(DataRate rate, bool asked_for) {
        if (rate == rate_ && asked_for == asked_for_) return;
        rate_ = rate;
        asked_for_ = asked_for;
        burst_ = asked_for ? std::clamp(rate.time_for(kBurstBytes), kBurst, kLongestBurst) : kBurst;
    }

    [[nodiscard]] Time next() const { return next_; }
    [[nodiscard]] bool ready(Time now) const { return now >= next_; }

    void sent(Time now, ByteCount payload, std::size_t packets) {
        next_ = std::max(next_, now - burst_) + rate_.time_for(payload + packets * kPacketOverhead);
    }

    /// Packets of `size` bytes that fit a quantum, at least one, at most `limit`.
    [[nodiscard]] std::size_t run_length(std::size_t size, std::size_t limit) const {
        const double bytes = rate_.bytes_in(kQuantum);
        const double packets = bytes / static_cast<double>(size + kPacketOverhead);
        return std::clamp<std::size_t>(static_cast<std::size_t>(std::min(packets, 1e6)), 1, limit);
    }

  private:
    DataRate rate_;
    bool asked_for_ = false;
    Duration burst_ = kBurst;
    Time next_{};
};

}  // namespace mcast::protocol
