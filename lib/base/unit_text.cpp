// SPDX-License-Identifier: MIT
#include "base/unit_text.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace mcast {

// Uses the next unit if rounding would show 1000.
std::string with_unit(double value, double base, std::span<const std::string_view> units) {
    std::size_t unit = 0;
    while (value >= base - 0.5 && unit + 1 < units.size()) {
        value /= base;
        ++unit;
    }
    const bool decimal = unit > 0 && value < 9.95;
    std::array<char, 32> digits{};
    std::snprintf(digits.data(), digits.size(), "%.*f", decimal ? 1 : 0, value);
    return digits.data() + std::string(units[unit]);
}

std::string bytes_text(std::uint64_t bytes) {
    static constexpr std::array<std::string_view, 6> kUnits{" B",   " KiB", " MiB",
                                                            " GiB", " TiB", " PiB"};
    return with_unit(static_cast<double>(bytes), 1024, kUnits);
}

std::string rate_text(double bits_per_second) {
    static constexpr std::array<std::string_view, 5> kUnits{" bit/s", " kbit/s", " Mbit/s",
                                                            " Gbit/s", " Tbit/s"};
    return with_unit(bits_per_second, 1000, kUnits);
}

}  // namespace mcast
