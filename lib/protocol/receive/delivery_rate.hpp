// SPDX-License-Identifier: MIT
#pragma once

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::protocol {

/// The rate at which content comes in, from one report to the next.
class DeliveryRate {
  public:
    void begin(Time now) { measured_ = now; }
    void add(ByteCount bytes) { received_ += bytes; }
    /// A report is about to tell the rate. Right after another one it is still that one's.
    void measure(Time now) {
        const Duration lasted = now - measured_;
        if (lasted < kShortest) return;
        const double bytes = static_cast<double>(received_ - measured_bytes_);
        rate_ = DataRate::bytes_per_second(bytes / to_seconds(lasted));
        measured_ = now;
        measured_bytes_ = received_;
    }
    /// This process stood still: that time does not count.
    void shift(Duration slept) { measured_ += slept; }
    [[nodiscard]] DataRate rate() const { return rate_; }

  private:
    static constexpr Duration kShortest = std::chrono::milliseconds(5);

    ByteCount received_ = 0;
    ByteCount measured_bytes_ = 0;
    Time measured_{};
    DataRate rate_;
};

}  // namespace mcast::protocol
