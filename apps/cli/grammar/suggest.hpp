// SPDX-License-Identifier: MIT
#pragma once

// Guesses the known word that was meant by an unknown one. Pure functions.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcast::cli {

/// The number of letters to insert, remove, change or swap with the next one to turn one word into
/// the other. Capitals count as small letters, underscores as dashes.
[[nodiscard]] std::size_t distance(std::string_view from, std::string_view to);

/// The candidate that was probably meant: at most one letter in three of the word is wrong, or the
/// word is the beginning of that candidate only. Empty if none is near.
[[nodiscard]] std::optional<std::string> closest(std::string_view word,
                                                 const std::vector<std::string>& candidates);

}  // namespace mcast::cli
