// SPDX-License-Identifier: MIT
#pragma once

// The text of --help: grouped, in at most eighty columns. Pure functions.

#include <string>

#include "cli/grammar/grammar.hpp"

namespace mcast::cli {

/// The help of the tool itself, with its commands and exit statuses.
[[nodiscard]] std::string tool_help(const Grammar& grammar);

/// The help of one of its commands.
[[nodiscard]] std::string command_help(const Form& form);

}  // namespace mcast::cli
