// SPDX-License-Identifier: MIT
#include "cli/view/text.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "base/unicode.hpp"

namespace mcast::cli {
namespace {

struct Glyph {
    std::string_view bytes;
    std::size_t width;
    bool safe;
};

// The first character of a non-empty text, or one unsafe byte if it is not valid.
Glyph first_glyph(std::string_view text) {
    const Character c = first_character(text);
    if (!c.valid) return {c.bytes, 1, false};
    return {c.bytes, columns_of(c.code), !is_unseen(c.code)};
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

/// True for printable ASCII, as most text is: each byte is a column, which makes it fast.
bool plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string joined(std::span<const Glyph> some) {
    std::string text;
    for (const auto& glyph : some) text += glyph.bytes;
    return text;
}

// The number of glyphs, from the first on, that fit in `width` columns.
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
            // The last space within the line, or right after it.
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
