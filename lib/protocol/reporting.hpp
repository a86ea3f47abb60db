// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/time.hpp"
#include "base/units.hpp"

namespace mcast::protocol {

/// With a large group the rate cannot wait until everybody has reported: that takes seconds, up to
/// a minute. So many of them, the reporters, report often, and the rate follows them; the sender
/// names them, and lets one that has more trouble than they have take the place of the calmest.
inline constexpr std::size_t kReporters = 16;
/// A reporter goes on for so long after it was told last.
inline constexpr Duration kReporterFor = std::chrono::seconds(3);

/// Between two reports of a reporter: all their reports take a thousandth of the rate.
[[nodiscard]] inline Duration reporter_interval(DataRate rate) {
    constexpr double kReportBytes = 70;  // about, with IP and UDP headers
    constexpr double kShare = 0.001;
    const double bytes = std::max(rate.bytes_per_second(), 1.0);
    const double seconds = static_cast<double>(kReporters) * kReportBytes / (kShare * bytes);
    return std::max<Duration>(from_seconds(std::min(seconds, 10.0)), std::chrono::milliseconds(5));
}

}  // namespace mcast::protocol
