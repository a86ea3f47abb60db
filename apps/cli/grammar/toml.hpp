// SPDX-License-Identifier: MIT
#pragma once

// Reads configuration files, which are the `key = value` of TOML, by toml++. Pure.

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
    std::string text;  ///< the rest of a sentence that begins with the file and line
};

/// The settings in their order. A repeated key is an error, as are tables, arrays and dates, since
/// no option has such values.
[[nodiscard]] std::expected<std::vector<Setting>, TomlError> parse_toml(std::string_view text);

}  // namespace mcast::cli
