// SPDX-License-Identifier: MIT
#pragma once

// Which known word somebody meant who typed an unknown one. Pure functions.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcast::cli {

/// How many letters must be put in, left out, changed or swapped with the next one to make one word
/// of the other. Capitals count as small letters, underscores as dashes.
[[nodiscard]] std::size_t distance(std::string_view from, std::string_view to);

/// The candidate that the word is a slip of: at most one letter in three is wrong, or it is the
/// beginning of that candidate only. Empty when none is near.
[[nodiscard]] std::optional<std::string> closest(std::string_view word,
                                                 const std::vector<std::string>& candidates);

}  // namespace mcast::cli
