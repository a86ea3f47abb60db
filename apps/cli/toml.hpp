// SPDX-License-Identifier: MIT
#pragma once

// Configuration files: the lines `key = value` of TOML. Tables and lists are refused, as no option
// needs one; a value of one word may stand without quotes. (CLI11's reader takes a # within quotes
// for a comment and skips what it cannot read, so that a broken file would go unnoticed.) Pure.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace mcast::cli {

struct Setting {
    std::string key;
    std::string value;  ///< without quotes; numbers and true or false as they are written
    std::size_t line = 0;
};

struct TomlError {
    std::size_t line = 0;
    std::string text;  ///< the rest of a sentence that begins with the place
};

/// The settings in their order. A key that stands there twice is an error.
[[nodiscard]] std::expected<std::vector<Setting>, TomlError> parse_toml(std::string_view text);

}  // namespace mcast::cli
