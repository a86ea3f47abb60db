// SPDX-License-Identifier: MIT
#include "cli/grammar/host_list.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

namespace mcast::cli {
namespace {

using Names = std::vector<std::string>;

constexpr std::size_t kMostNames = 20000;  // no sender has more receivers
constexpr std::size_t kMostDigits = 9;
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kBlanks = " \t\r\n";

std::unexpected<std::string> wrong(std::string_view text, std::string_view rest) {
    return std::unexpected(fmt::format("'{}' {}", text, rest));
}

std::string_view trimmed(std::string_view text) {
    const auto begin = std::min(text.find_first_not_of(kBlanks), text.size());
    const auto end = text.find_last_not_of(kBlanks);
    return begin > end ? std::string_view() : text.substr(begin, end + 1 - begin);
}

std::optional<std::uint32_t> number(std::string_view digits) {
    if (digits.empty() || digits.size() > kMostDigits) return {};
    if (digits.find_first_not_of(kDigits) != std::string_view::npos) return {};
    std::uint32_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

// Splits a text at the commas outside brackets.
std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    bool inside = false;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '[') inside = true;
        if (i < text.size() && text[i] == ']') inside = false;
        if (i < text.size() && (text[i] != ',' || inside)) continue;
        parts.push_back(trimmed(text.substr(begin, i - begin)));
        begin = i + 1;
    }
    return parts;
}

// "01-12" or "7": the numbers, as texts.
std::optional<Names> range(std::string_view text) {
    const auto dash = text.find('-');
    const auto first = text.substr(0, dash);
    const auto last = dash == std::string_view::npos ? first : text.substr(dash + 1);
    const auto low = number(first);
    const auto high = number(last);
    if (!low || !high || *high < *low || *high - *low >= kMostNames) return {};
    Names all;
    for (auto value = *low; value <= *high; ++value)
        all.push_back(fmt::format("{:0{}}", value, first.size()));
    return all;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.find_first_of("[]@# \t") == std::string_view::npos;
}

// "lab-[01-12]" or "lab-01"; a name has one pair of brackets at most.
std::optional<Names> expand(std::string_view text) {
    const auto open = text.find('[');
    if (open == std::string_view::npos)
        return is_name(text) ? std::optional(Names{std::string(text)}) : std::nullopt;
    const auto close = text.find(']', open);
    if (close == std::string_view::npos) return {};
    const std::string head(text.substr(0, open));
    const std::string tail(text.substr(close + 1));
    if (!is_name(head + "0" + tail)) return {};
    Names all;
    for (const auto part : split(text.substr(open + 1, close - open - 1))) {
        const auto numbers = range(part);
        if (!numbers) return {};
        for (const auto& one : *numbers) all.push_back(std::string(head).append(one).append(tail));
    }
    return all;
}

// A name in three parts: the text before the last number of its first label, that number, and the
// rest. A number too long for a range does not count.
struct Numbered {
    std::string head, digits, tail;
};

Numbered numbered(const std::string& name) {
    const auto last = std::string_view(name).substr(0, name.find('.')).find_last_of(kDigits);
    if (last == std::string::npos) return {name, "", ""};
    const auto before = name.find_last_not_of(kDigits, last);
    const auto begin = before == std::string::npos ? 0 : before + 1;
    if (last + 1 - begin > kMostDigits) return {name, "", ""};
    return {name.substr(0, begin), name.substr(begin, last + 1 - begin), name.substr(last + 1)};
}

bool follows(const Numbered& a, const Numbered& b) {
    const auto left = number(a.digits);
    const auto right = number(b.digits);
    return left && right && a.digits.size() == b.digits.size() && *left + 1 == *right;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool alike(const Numbered& a, const Numbered& b) {
    return a.head == b.head && a.tail == b.tail;
}

// The consecutive numbers from names[i] on, as 03 or 03-07; moves i behind them.
std::string fold_range(const Names& names, std::size_t& i) {
    const auto begin = numbered(names[i++]);
    auto end = begin;
    for (; i < names.size(); ++i) {
        const auto next = numbered(names[i]);
        if (!alike(next, begin) || !follows(end, next)) break;
        end = next;
    }
    return end.digits == begin.digits ? begin.digits : begin.digits + "-" + end.digits;
}

}  // namespace

Parsed<Names> parse_hosts(std::string_view text) {
    Names all;
    for (const auto part : split(text)) {
        auto names = expand(part);
        if (!names) {
            return wrong(part.empty() ? text : part,
                         "is not a list of host names; examples: lab-01,lab-02, lab-[01-12], "
                         "@FILE");
        }
        all.insert(all.end(), names->begin(), names->end());
        if (all.size() > kMostNames)
            return wrong(text, fmt::format("names more than {} hosts", kMostNames));
    }
    return all;
}

Parsed<Names> parse_host_file(std::string_view text) {
    Names all;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = line.substr(0, line.find('#'));
        std::string list;  // blanks separate like commas
        for (const char c : trimmed(line)) {
            const bool blank = kBlanks.find(c) != std::string_view::npos;
            if (!blank || (!list.empty() && list.back() != ',')) list += blank ? ',' : c;
        }
        if (list.ends_with(',')) list.pop_back();
        if (list.empty()) continue;
        const auto names = parse_hosts(list);
        if (!names) return std::unexpected(names.error());
        all.insert(all.end(), names->begin(), names->end());
    }
    if (all.empty()) return std::unexpected(std::string("the file names no host"));
    return all;
}

bool before_in_nature(std::string_view a, std::string_view b) {
    const auto digits_of = [](std::string_view text) {
        return std::min(text.find_first_not_of(kDigits), text.size());
    };
    const auto without_zeros = [](std::string_view digits) {
        return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
    };
    for (auto x = a, y = b; !x.empty() && !y.empty();) {
        const auto n = digits_of(x);
        const auto m = digits_of(y);
        if (n > 0 && m > 0) {
            const auto left = without_zeros(x.substr(0, n));
            const auto right = without_zeros(y.substr(0, m));
            if (left.size() != right.size()) return left.size() < right.size();
            if (left != right) return left < right;
            x.remove_prefix(n);
            y.remove_prefix(m);
            continue;
        }
        if (lower(x[0]) != lower(y[0])) return lower(x[0]) < lower(y[0]);
        x.remove_prefix(1);
        y.remove_prefix(1);
    }
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::string fold_hosts(Names names) {
    std::ranges::sort(names, before_in_nature);
    std::string text;
    for (std::size_t i = 0; i < names.size();) {
        const auto first = numbered(names[i]);
        const auto begin = i;
        std::string ranges;
        // All names that differ only in their number, which are sorted together.
        do {
            ranges += (ranges.empty() ? "" : ",") + fold_range(names, i);
        } while (i < names.size() && !first.digits.empty() && alike(numbered(names[i]), first));
        text += (text.empty() ? "" : ", ") + first.head;
        text += i - begin > 1 ? "[" + ranges + "]" : ranges;
        text += first.tail;
    }
    return text;
}

}  // namespace mcast::cli
