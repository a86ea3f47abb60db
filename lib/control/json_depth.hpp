// SPDX-License-Identifier: MIT
#pragma once

// Guards the JSON parser against hostile nesting before it allocates anything.

#include <cstddef>
#include <string_view>

namespace mcast::control {

/// Counts brackets outside strings. Broken JSON can give either answer, and fails in the parser.
[[nodiscard]] constexpr bool nested_deeper_than(std::string_view text, std::size_t limit) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > limit) return true;
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

}  // namespace mcast::control
