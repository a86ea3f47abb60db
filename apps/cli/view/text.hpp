// SPDX-License-Identifier: MIT
#pragma once

// Text that is safe on a terminal. Names, hosts and messages come from the network: a file can be
// called "\e[2J" or "\e]0;...". Everything for people passes through printable() before it is
// written. Pure functions.

#include <string>
#include <string_view>
#include <vector>

namespace mcast::cli {

/// The text with '?' for everything that is not UTF-8 or could move the cursor, change colours or
/// direction: control characters (C0, DEL, C1), bidirectional and invisible formatting characters,
/// line and paragraph separators.
[[nodiscard]] std::string printable(std::string_view text);

/// The columns of printable text on a terminal: wide characters have two, combining ones none.
[[nodiscard]] std::size_t columns(std::string_view text);

/// Printable text in at most `width` columns; longer text loses its middle: "lon..name".
[[nodiscard]] std::string cut_middle(std::string_view text, std::size_t width);

/// Printable text in at most `width` columns; longer text loses its end: "long na..".
[[nodiscard]] std::string cut_end(std::string_view text, std::size_t width);

/// Printable text as lines of at most `width` columns, broken at spaces; words longer than a line
/// are broken anywhere. At least one line.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// The text padded with spaces on the right, or on the left.
[[nodiscard]] std::string pad_right(std::string text, std::size_t width);
[[nodiscard]] std::string pad_left(std::string text, std::size_t width);

}  // namespace mcast::cli
