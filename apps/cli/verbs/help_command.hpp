// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/command.hpp"
#include "cli/grammar/parser.hpp"

namespace mcast::cli {

/// help [COMMAND]: prints the same as --help of the tool or of that command.
struct HelpCommand {
    std::string about;
};

void flags(Parser& parser, HelpCommand& options);
[[nodiscard]] int run(Command& command, const HelpCommand& options);

}  // namespace mcast::cli
