// SPDX-License-Identifier: MIT
#include "cli/grammar/suggest.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace mcast::cli {
namespace {

constexpr std::size_t kMostSlips = 2;
constexpr std::size_t kLettersForASlip = 3;
constexpr std::size_t kShortestBeginning = 3;
constexpr std::size_t kLongestWord = 32;  // longer than any option or command

std::string plain(std::string_view word) {
    std::string result;
    for (const char c : word) {
        const auto lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        result += lower == '_' ? '-' : lower;
    }
    return result;
}

std::size_t letters_of(std::string_view word) {
    return static_cast<std::size_t>(std::ranges::count_if(word, [](char c) { return c != '-'; }));
}

std::optional<std::string> only_one_that_begins(const std::string& word,
                                                const std::vector<std::string>& candidates) {
    std::optional<std::string> found;
    for (const auto& candidate : candidates) {
        if (!plain(candidate).starts_with(word)) continue;
        if (found) return {};
        found = candidate;
    }
    return found;
}

}  // namespace

// Three rows of the usual table are enough: the present one and the two above it.
std::size_t distance(std::string_view from, std::string_view to) {
    const auto a = plain(from);
    const auto b = plain(to);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::vector<std::size_t> two_above;
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        two_above = std::exchange(above, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + changed});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
        }
    }
    return row[b.size()];
}

std::optional<std::string> closest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
    if (word.size() > kLongestWord) return {};
    const auto letters = letters_of(word);
    const auto allowed = std::min(letters / kLettersForASlip, kMostSlips);
    std::optional<std::string> best;
    std::size_t least = allowed + 1;
    for (const auto& candidate : candidates) {
        const auto slips = distance(word, candidate);
        if (slips >= least) continue;
        least = slips;
        best = candidate;
    }
    if (best || letters < kShortestBeginning) return best;
    return only_one_that_begins(plain(word), candidates);
}

}  // namespace mcast::cli
