// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>

#include "base/time.hpp"

namespace mcast {

using ByteCount = std::uint64_t;

/// Bits per second. The wire layer converts the bytes per second of NORM.
class DataRate {
  public:
    constexpr DataRate() = default;
    [[nodiscard]] static constexpr DataRate bits_per_second(double bps) { return DataRate{bps}; }
    [[nodiscard]] static constexpr DataRate bytes_per_second(double b) { return DataRate{8 * b}; }

    [[nodiscard]] constexpr double bps() const { return bps_; }
    [[nodiscard]] constexpr double bytes_per_second() const { return bps_ / 8; }

    /// The time for `bytes` at this rate, which must not be zero.
    [[nodiscard]] constexpr Duration time_for(ByteCount bytes) const {
        return from_seconds(8.0 * static_cast<double>(bytes) / bps_);
    }
    [[nodiscard]] constexpr double bytes_in(Duration d) const { return bps_ / 8 * to_seconds(d); }

    friend constexpr DataRate operator*(DataRate r, double f) { return DataRate{r.bps_ * f}; }
    friend constexpr auto operator<=>(DataRate, DataRate) = default;

  private:
    explicit constexpr DataRate(double bps) : bps_(bps) {}
    double bps_ = 0;
};

}  // namespace mcast
