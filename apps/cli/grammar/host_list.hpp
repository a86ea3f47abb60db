// SPDX-License-Identifier: MIT
#pragma once

// Lists of machine names as people write them: "lab-[01-12],lab-20". Pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "cli/view/units.hpp"

namespace mcast::cli {

/// The names of "lab-[01-12],lab-[20,22],depot", with as many digits as the first number of the
/// range.
[[nodiscard]] Parsed<std::vector<std::string>> parse_hosts(std::string_view text);

/// The names in a file's text: one or several on a line, as above; a # begins a remark.
[[nodiscard]] Parsed<std::vector<std::string>> parse_host_file(std::string_view text);

/// The names as such a short text, in natural order: "lab-[01-12,20], depot".
[[nodiscard]] std::string fold_hosts(std::vector<std::string> names);

/// True if `a` comes before `b`: numbers within names count by their value, case does not matter.
[[nodiscard]] bool before_in_nature(std::string_view a, std::string_view b);

}  // namespace mcast::cli
