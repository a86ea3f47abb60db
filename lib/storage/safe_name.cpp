// SPDX-License-Identifier: MIT
#include "storage/safe_name.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mcast::storage {
namespace {

constexpr std::size_t kLongestName = 255;    // NAME_MAX of every file system that matters
constexpr std::size_t kLongestPrinted = 80;  // of a hostile name in a message

// C0, DEL, and C1 as UTF-8 encodes it: what a terminal might obey.
bool is_control(std::string_view text, std::size_t at) {
    const auto byte = static_cast<std::uint8_t>(text[at]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte < 0x80 || byte > 0x9f || at == 0) return false;
    return static_cast<std::uint8_t>(text[at - 1]) == 0xc2;
}

// Soft hyphen, Arabic letter mark, Mongolian vowel separator, what has no width, marks and controls
// of direction, separators of lines, joiners, the byte order mark, annotations, tags.
struct Range {
    std::uint32_t first, last;
};
constexpr std::array kUnseen{Range{0xad, 0xad},      Range{0x34f, 0x34f},   Range{0x61c, 0x61c},
                             Range{0x115f, 0x1160},  Range{0x180e, 0x180e}, Range{0x200b, 0x200f},
                             Range{0x2028, 0x202e},  Range{0x2060, 0x206f}, Range{0x3164, 0x3164},
                             Range{0xfeff, 0xfeff},  Range{0xffa0, 0xffa0}, Range{0xfff9, 0xfffb},
                             Range{0xe0000, 0xe0fff}};

// The next character of UTF-8, taken off the text; what is none is returned as it is.
std::uint32_t take_character(std::string_view& text) {
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = at(0);
    const std::size_t size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t value = size == 1 ? lead : lead & (0x7fU >> size);
    if (text.size() < size) return text = {}, lead;
    for (std::size_t i = 1; i < size; ++i) value = value << 6 | (at(i) & 0x3fU);
    text.remove_prefix(size);
    return value;
}

bool unseen(std::uint32_t c) {
    return std::ranges::any_of(kUnseen, [&](Range r) { return r.first <= c && c <= r.last; });
}

}  // namespace

std::string_view name_objection(std::string_view name) {
    if (name.empty()) return "it is empty";
    if (name.size() > kLongestName) return "it is longer than 255 bytes";
    if (name == "." || name == "..") return "it names a folder";
    if (name.find('/') != name.npos) return "it contains '/'";
    for (std::size_t i = 0; i < name.size(); ++i)
        if (is_control(name, i)) return "it contains control characters";
    return {};
}

std::string_view unasked_objection(std::string_view name) {
    if (name.starts_with('.')) return "it begins with a dot";
    if (name.starts_with('-')) return "it begins with a dash";
    while (!name.empty())
        if (unseen(take_character(name))) return "it holds characters that are not seen";
    return {};
}

Result<std::string> safe_name(std::string_view offered) {
    const std::string_view why = name_objection(offered);
    if (why.empty()) return std::string(offered);
    return fail(ErrorCode::protocol, "the sender offers the unsafe file name \"" +
                                         printable(offered) + "\": " + std::string(why) +
                                         "; choose one yourself with --output");
}

std::string printable(std::string_view text) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == kLongestPrinted) return result + "...";
        if (!is_control(text, i)) {
            result += text[i];
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(text[i]);
        result += "\\x";
        result += kDigits[byte >> 4];
        result += kDigits[byte & 15];
    }
    return result;
}

}  // namespace mcast::storage
