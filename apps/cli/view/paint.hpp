// SPDX-License-Identifier: MIT
#pragma once

// Colour, used sparingly. Pure functions.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mcast::cli {

/// The meaning of a text; paint.cpp alone decides how it looks.
enum class Colour : std::uint8_t { none, good, bad, attention };

/// The width of a file or a pipe, which no text reaches.
inline constexpr std::size_t kEndless = 1U << 20;

/// The surface that text for people is written on.
struct Paper {
    std::size_t width = 80;  ///< columns
    bool colour = false;
};

/// The coloured text; its columns stay the same.
[[nodiscard]] std::string painted(std::string_view text, Colour colour, const Paper& paper);

}  // namespace mcast::cli
