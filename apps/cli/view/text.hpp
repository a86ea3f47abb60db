// SPDX-License-Identifier: MIT
#pragma once

// Text that is safe on a terminal. Names, hosts and messages come from the network: a file may be
// called "\e[2J" or "\e]0;...". Everything for people passes through printable() before it is
// written. Pure functions.

#include <string>
#include <string_view>
#include <vector>

namespace mcast::cli {

/// The text with everything replaced by '?' that could move the cursor, change colours or
/// direction, or is not UTF-8: control characters (C0, DEL, C1), bidirectional and invisible
/// formatting characters, line and paragraph separators.
[[nodiscard]] std::string printable(std::string_view text);

/// Columns of a terminal that printable text takes: wide characters two, combining ones none.
[[nodiscard]] std::size_t columns(std::string_view text);

/// Printable text in at most `width` columns; what is too long loses its middle: "lon..name".
[[nodiscard]] std::string cut_middle(std::string_view text, std::size_t width);

/// Printable text in at most `width` columns; what is too long loses its end: "long na..".
[[nodiscard]] std::string cut_end(std::string_view text, std::size_t width);

/// Printable text as lines of at most `width` columns, broken at spaces; words that are longer than
/// a line are broken anywhere. At least one line.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// Filled up with spaces on the right, or on the left.
[[nodiscard]] std::string pad_right(std::string text, std::size_t width);
[[nodiscard]] std::string pad_left(std::string text, std::size_t width);

}  // namespace mcast::cli
