// SPDX-License-Identifier: MIT
#pragma once

// Colour, as little of it as helps. Pure functions.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mcast::cli {

/// What a text is about; how that looks is one place's business.
enum class Colour : std::uint8_t { none, good, bad, attention };

/// What a text for people is written on.
/// A width that nothing reaches: that of a file or a pipe.
inline constexpr std::size_t kEndless = 1U << 20;

struct Paper {
    std::size_t width = 80;  ///< columns
    bool colour = false;
};

/// The text, which takes as many columns as before.
[[nodiscard]] std::string painted(std::string_view text, Colour colour, const Paper& paper);

}  // namespace mcast::cli
