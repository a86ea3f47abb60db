// SPDX-License-Identifier: MIT
#pragma once

// UTF-8 and what a character does on a terminal, by the tables of utf8proc. Pure functions.

#include <cstddef>
#include <string_view>

namespace mcast {

/// One character of a text, or one byte of it that is none.
struct Character {
    std::string_view bytes;
    char32_t code = 0;
    bool valid = false;  ///< well-formed UTF-8 (RFC 3629: nothing longer than needed, no surrogate)
};

/// The character at the front of a text that is not empty.
[[nodiscard]] Character first_character(std::string_view text);

/// True for well-formed UTF-8. NUL and control characters are well-formed.
[[nodiscard]] bool is_utf8(std::string_view text);

/// A control character, C0, DEL or C1: what a terminal might obey.
[[nodiscard]] bool is_control(char32_t code);

/// A character that is not seen, or changes how its neighbours are: controls, marks of direction,
/// separators of lines, joiners, fillers, tags. One that joins the character before it, an accent
/// or the choice of its form, is seen.
[[nodiscard]] bool is_unseen(char32_t code);

/// Whether one character of the text is `such`; bytes that are no UTF-8 are none.
[[nodiscard]] bool any_character(std::string_view text, bool (*such)(char32_t));

/// Columns of a terminal: 0, 1 or 2.
[[nodiscard]] std::size_t columns_of(char32_t code);

}  // namespace mcast
