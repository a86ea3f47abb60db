// SPDX-License-Identifier: MIT
#pragma once

// Names of machines as people write many of them: "lab-[01-12],lab-20". Pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "cli/view/units.hpp"

namespace mcast::cli {

/// The names of "lab-[01-12],lab-[20,22],depot", with as many digits as the range begins with.
[[nodiscard]] Parsed<std::vector<std::string>> parse_hosts(std::string_view text);

/// The names of a file's text: one or several a line, as above; what follows a # is a remark.
[[nodiscard]] Parsed<std::vector<std::string>> parse_host_file(std::string_view text);

/// The names as a text that is as short: "lab-[01-12,20], depot", in their natural order.
[[nodiscard]] std::string fold_hosts(std::vector<std::string> names);

/// Whether `a` stands before `b`: numbers within names by their value, case apart.
[[nodiscard]] bool before_in_nature(std::string_view a, std::string_view b);

}  // namespace mcast::cli
