// SPDX-License-Identifier: MIT
#include "base/unicode.hpp"

#include <utf8proc.h>

namespace mcast {
namespace {

utf8proc_int32_t number(char32_t code) {
    return static_cast<utf8proc_int32_t>(code);
}

}  // namespace

Character first_character(std::string_view text) {
    utf8proc_int32_t code = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &code);
    if (size <= 0) return {.bytes = text.substr(0, 1)};
    return {text.substr(0, static_cast<std::size_t>(size)), static_cast<char32_t>(code), true};
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const Character c = first_character(text);
        if (!c.valid) return false;
        text.remove_prefix(c.bytes.size());
    }
    return true;
}

bool any_character(std::string_view text, bool (*such)(char32_t)) {
    while (!text.empty()) {
        const Character c = first_character(text);
        if (c.valid && such(c.code)) return true;
        text.remove_prefix(c.bytes.size());
    }
    return false;
}

bool is_control(char32_t code) {
    return utf8proc_category(number(code)) == UTF8PROC_CATEGORY_CC;
}

bool is_unseen(char32_t code) {
    switch (utf8proc_category(number(code))) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return true;
        case UTF8PROC_CATEGORY_MN:
            return false;
        default:
            return utf8proc_get_property(number(code))->ignorable;
    }
}

std::size_t columns_of(char32_t code) {
    return static_cast<std::size_t>(utf8proc_charwidth(number(code)));
}

}  // namespace mcast
