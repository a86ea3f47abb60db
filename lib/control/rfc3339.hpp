// SPDX-License-Identifier: MIT
#pragma once

// Dates as the status contract writes them: RFC 3339, UTC, exactly three decimals.

#include <optional>
#include <string>
#include <string_view>

#include <mcast/status.hpp>

namespace mcast::control {

/// "2026-11-21T10:00:00.120Z"; parts of a millisecond are cut off.
[[nodiscard]] std::string to_rfc3339(WallTime time);

/// Accepts only the format of to_rfc3339, in the years 1970 to 2261 that WallTime can hold.
[[nodiscard]] std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace mcast::control
