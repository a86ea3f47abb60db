// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::session {

/// Tells the rate at which a socket really sends once it is the bottleneck: the bytes that went
/// between two moments at which its buffer was full, over the time between them.
class LinkMeter {
  public:
    void sent(ByteCount bytes) { bytes_ += bytes; }

    /// The socket has no room. The rate, when the last such moment is long enough ago to measure
    /// and not so long that the socket must have been idle in between.
    [[nodiscard]] std::optional<DataRate> blocked(Time now) {
        const auto since = now - full_;
        if (was_full_ && since < kShortest) return std::nullopt;
        std::optional<DataRate> rate;
        if (was_full_ && since <= kLongest && bytes_ > 0) {
            rate = DataRate::bytes_per_second(static_cast<double>(bytes_) / to_seconds(since));
        }
        was_full_ = true;
        full_ = now;
        bytes_ = 0;
        return rate;
    }

  private:
    // Below some milliseconds the scheduler is measured, not the link.
    static constexpr Duration kShortest = std::chrono::milliseconds(4);
    static constexpr Duration kLongest = std::chrono::milliseconds(500);

    bool was_full_ = false;
    Time full_{};
    ByteCount bytes_ = 0;
};

}  // namespace mcast::session
