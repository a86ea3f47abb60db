// SPDX-License-Identifier: MIT
#pragma once

// UTF-8, and the effect of characters on a terminal, by the tables of utf8proc. Pure functions.

#include <cstddef>
#include <string_view>

namespace mcast {

/// One character of a text, or one byte of it that is not UTF-8.
struct Character {
    std::string_view bytes;
    char32_t code = 0;
    bool valid = false;  ///< well-formed UTF-8 (RFC 3629: nothing longer than needed, no surrogate)
};

/// The character at the front of a text that is not empty.
[[nodiscard]] Character first_character(std::string_view text);

/// True for well-formed UTF-8. NUL and control characters are well-formed.
[[nodiscard]] bool is_utf8(std::string_view text);

/// True for a control character (C0, DEL or C1), which a terminal might obey.
[[nodiscard]] bool is_control(char32_t code);

/// True for a character that is invisible, or changes the look of its neighbours: controls, marks
/// of direction, separators of lines, joiners, fillers, tags. A character that combines with the
/// one before it, as an accent or a choice of form, counts as seen.
[[nodiscard]] bool is_unseen(char32_t code);

/// True if some character of the text is `such`; bytes that are not UTF-8 do not count.
[[nodiscard]] bool any_character(std::string_view text, bool (*such)(char32_t));

/// The columns that the character fills on a terminal: 0, 1 or 2.
[[nodiscard]] std::size_t columns_of(char32_t code);

}  // namespace mcast
