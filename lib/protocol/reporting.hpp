// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::protocol {

/// The number of reporters. In a large group the rate cannot wait for all reports, which take
/// seconds, up to a minute. A few receivers, the reporters, report often, and the rate follows
/// them. The sender names them, and replaces the one with the least trouble by a receiver with
/// more.
inline constexpr std::size_t kReporters = 16;
/// The time for which a receiver stays a reporter after it was last named.
inline constexpr Duration kReporterFor = std::chrono::seconds(3);

/// The time between two reports of a reporter: all reporters together use a thousandth of the rate.
[[nodiscard]] inline Duration reporter_interval(DataRate rate) {
    constexpr double kReportBytes = 70;  // about, with IP and UDP headers
    constexpr double kShare = 0.001;
    const double bytes = std::max(rate.bytes_per_second(), 1.0);
    const double seconds = static_cast<double>(kReporters) * kReportBytes / (kShare * bytes);
    return std::max<Duration>(from_seconds(std::min(seconds, 10.0)), std::chrono::milliseconds(5));
}

}  // namespace mcast::protocol
