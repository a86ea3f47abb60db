// SPDX-License-Identifier: MIT
#include "cli/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace mcast::cli {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// C0, DEL and C1; soft hyphen; zero-width and bidirectional marks, separators; deprecated
// formatting; byte order mark; interlinear annotation; tags.
constexpr std::array kDangerous{
    Range{0x00, 0x1f},     Range{0x7f, 0x9f},     Range{0xad, 0xad},      Range{0x61c, 0x61c},
    Range{0x180e, 0x180e}, Range{0x200b, 0x200f}, Range{0x2028, 0x202e},  Range{0x2060, 0x206f},
    Range{0xfeff, 0xfeff}, Range{0xfff9, 0xfffb}, Range{0xe0000, 0xe0fff}};
constexpr std::array kWide{Range{0x1100, 0x115f}, Range{0x2e80, 0xa4cf},   Range{0xac00, 0xd7a3},
                           Range{0xf900, 0xfaff}, Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},
                           Range{0xffe0, 0xffe6}, Range{0x1f300, 0x1faff}, Range{0x20000, 0x3fffd}};
constexpr std::array kCombining{Range{0x300, 0x36f},   Range{0x1ab0, 0x1aff},
                                Range{0x1dc0, 0x1dff}, Range{0x20d0, 0x20ff},
                                Range{0xfe00, 0xfe0f}, Range{0xfe20, 0xfe2f}};

bool within(std::span<const Range> ranges, char32_t c) {
    return std::ranges::any_of(ranges, [c](Range r) { return c >= r.first && c <= r.last; });
}

struct Glyph {
    std::string_view bytes;
    std::size_t width;
    bool safe;
};

// Bytes of a character that begins with this one; 0: none does.
std::size_t length_after(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead < 0xc2) return 0;
    if (lead < 0xe0) return 2;
    if (lead < 0xf0) return 3;
    return lead < 0xf5 ? 4 : 0;
}

// One character of UTF-8 at the front of a text that is not empty; one unsafe byte where there is
// none (RFC 3629: no overlong forms, no surrogates, nothing above 10ffff).
Glyph first_glyph(std::string_view text) {
    const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = at(0);
    const std::size_t length = length_after(lead);
    const Glyph bad{text.substr(0, 1), 1, false};
    if (length == 0 || length > text.size()) return bad;
    char32_t c = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((at(i) & 0xc0U) != 0x80) return bad;
        c = (c << 6U) | (at(i) & 0x3fU);
    }
    constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
    if (c < kSmallest[length] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff) return bad;
    const std::size_t width = within(kWide, c) ? 2 : within(kCombining, c) ? 0 : 1;
    return {text.substr(0, length), width, !within(kDangerous, c)};
}

std::vector<Glyph> glyphs(std::string_view text) {
    std::vector<Glyph> all;
    while (!text.empty()) {
        auto glyph = first_glyph(text);
        text.remove_prefix(glyph.bytes.size());
        if (!glyph.safe) glyph = {"?", 1, true};
        all.push_back(glyph);
    }
    return all;
}

/// Printable ASCII, which most text is: a byte is a column, and nothing has to be looked at twice.
bool plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string joined(std::span<const Glyph> some) {
    std::string text;
    for (const auto& glyph : some) text += glyph.bytes;
    return text;
}

// How many of the glyphs, from the first on, take at most `width` columns.
template <typename Iterator>
std::ptrdiff_t fitting(Iterator begin, const Iterator& end, std::size_t width) {
    std::ptrdiff_t count = 0;
    for (std::size_t used = 0; begin != end && used + begin->width <= width; ++begin, ++count) {
        used += begin->width;
    }
    return count;
}

std::string cut(std::string_view text, std::size_t width, bool keep_end) {
    constexpr std::string_view kGap = "..";
    if (text.size() <= width && plain(text)) return std::string(text);
    const auto all = glyphs(text);
    if (fitting(all.begin(), all.end(), width) == std::ssize(all)) return joined(all);
    if (width <= kGap.size()) return std::string(width, '.');
    const auto room = width - kGap.size();
    const auto tail = keep_end ? fitting(all.rbegin(), all.rend(), room / 2) : 0;
    const auto head = fitting(all.begin(), all.end() - tail, room - (keep_end ? room / 2 : 0));
    const std::span view(all);
    return joined(view.first(static_cast<std::size_t>(head))) + std::string(kGap) +
           joined(view.last(static_cast<std::size_t>(tail)));
}

}  // namespace

std::string printable(std::string_view text) {
    if (plain(text)) return std::string(text);
    return joined(glyphs(text));
}

std::size_t columns(std::string_view text) {
    if (plain(text)) return text.size();
    std::size_t sum = 0;
    for (const auto& glyph : glyphs(text)) sum += glyph.width;
    return sum;
}

std::string cut_middle(std::string_view text, std::size_t width) {
    return cut(text, width, true);
}

std::string cut_end(std::string_view text, std::size_t width) {
    return cut(text, width, false);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    const auto all = glyphs(text);
    std::vector<std::string> lines;
    for (std::span<const Glyph> rest(all); lines.empty() || !rest.empty();) {
        auto count = static_cast<std::size_t>(fitting(rest.begin(), rest.end(), width));
        if (count == 0) count = std::min<std::size_t>(rest.size(), 1);
        std::size_t next = count;
        if (count < rest.size()) {
            // The last space within the line, or right behind it.
            for (std::size_t i = count; i > 0; --i) {
                if (rest[i].bytes != " ") continue;
                count = i;
                next = i + 1;
                break;
            }
        }
        lines.push_back(joined(rest.first(count)));
        rest = rest.subspan(next);
    }
    return lines;
}

std::string pad_right(std::string text, std::size_t width) {
    const auto used = columns(text);
    if (used < width) text.append(width - used, ' ');
    return text;
}

std::string pad_left(std::string text, std::size_t width) {
    const auto used = columns(text);
    if (used < width) text.insert(0, width - used, ' ');
    return text;
}

}  // namespace mcast::cli
