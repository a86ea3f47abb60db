// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "cli/view/units.hpp"

namespace mcast::cli {
namespace {

constexpr double kLeastRate = 1e3;  // a packet of 1400 bytes every eleven seconds
constexpr double kMostRate = 1e13;  // faster than any link
constexpr std::string_view kExamples = "examples: 900M, 2.5G";

struct Unit {
    std::string_view name;
    double bits;
};
constexpr std::array<Unit, 14> kUnits{{{"", 1},
                                       {"b", 1},
                                       {"b/s", 1},
                                       {"bit", 1},
                                       {"bits", 1},
                                       {"Bit", 1},
                                       {"bit/s", 1},
                                       {"bits/s", 1},
                                       {"Bit/s", 1},
                                       {"bps", 1},
                                       {"B", 8},
                                       {"B/s", 8},
                                       {"Bps", 8},
                                       {"bytes/s", 8}}};

std::unexpected<std::string> no_rate(std::string_view text, std::string_view rest) {
    return std::unexpected(fmt::format("'{}' {}; {}", text, rest, kExamples));
}

// Removes the first letter of the suffix and returns its factor.
double take_prefix(std::string_view& suffix) {
    static constexpr std::string_view kLetters = "kKmMgGtT";
    static constexpr std::array<int, 8> kPowers{1, 1, 2, 2, 3, 3, 4, 4};
    const auto at = suffix.empty() ? std::string_view::npos : kLetters.find(suffix.front());
    if (at == std::string_view::npos) return 1;
    suffix.remove_prefix(1);
    const bool binary = suffix.starts_with('i');
    if (binary) suffix.remove_prefix(1);
    return std::pow(binary ? 1024 : 1000, kPowers[at]);
}

// True for a text like 100mb: in small letters it may mean bits or bytes.
bool is_ambiguous(char prefix, std::string_view unit) {
    const bool small = prefix == 'm' || prefix == 'g' || prefix == 't';
    return small && (unit == "b" || unit == "b/s" || unit == "bps");
}

}  // namespace

Parsed<std::uint64_t> parse_rate(std::string_view text) {
    const auto number = split_number(text);
    if (!number) return no_rate(text, "is not a rate");
    auto suffix = number->suffix;
    if (suffix.starts_with(' ')) suffix.remove_prefix(1);
    const char letter = suffix.empty() ? ' ' : suffix.front();
    const double factor = take_prefix(suffix);
    if (is_ambiguous(letter, suffix)) {
        return std::unexpected(
            fmt::format("'{}' may mean bits or bytes; examples: 100Mbit, 100MB", text));
    }
    for (const auto& [name, bits] : kUnits) {
        if (name != suffix) continue;
        const double bps = number->value * factor * bits;
        if (bps < kLeastRate) return no_rate(text, "is too little: 1k is the least");
        if (bps > kMostRate) return no_rate(text, "is more than any network carries");
        return static_cast<std::uint64_t>(std::llround(bps));
    }
    return no_rate(text, "is not a rate");
}

Parsed<std::optional<std::uint64_t>> parse_rate_or_auto(std::string_view text) {
    if (text == "auto") return std::optional<std::uint64_t>{};
    const auto bps = parse_rate(text);
    if (!bps) return std::unexpected(bps.error() + ", auto");
    return std::optional{*bps};
}

}  // namespace mcast::cli
