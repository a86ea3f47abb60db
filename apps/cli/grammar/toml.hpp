// SPDX-License-Identifier: MIT
#pragma once

// Configuration files: the `key = value` of TOML, read by toml++. Pure.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace mcast::cli {

struct Setting {
    std::string key;
    std::string value;  ///< without quotes; numbers in decimal, true or false
    std::size_t line = 0;
};

struct TomlError {
    std::size_t line = 0;
    std::size_t column = 0;
    std::string text;  ///< the rest of a sentence that begins with the place
};

/// The settings in their order. A key that stands there twice is an error, as are tables, arrays
/// and dates, since no option takes them.
[[nodiscard]] std::expected<std::vector<Setting>, TomlError> parse_toml(std::string_view text);

}  // namespace mcast::cli
