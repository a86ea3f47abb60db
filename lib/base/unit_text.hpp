// SPDX-License-Identifier: MIT
#pragma once

// Sizes and rates for people, the same in all places. Three digits at most, a decimal only below
// ten. Pure functions.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mcast {

/// "17 B", "1.0 KiB", "60 MiB".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
/// "941 Mbit/s", "2.7 Gbit/s".
[[nodiscard]] std::string rate_text(double bits_per_second);
/// The value in the first unit in which it is below `base`.
[[nodiscard]] std::string with_unit(double value, double base,
                                    std::span<const std::string_view> units);

}  // namespace mcast
