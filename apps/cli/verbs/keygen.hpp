// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// mcsend keygen [FILE]: makes a file with a new secret for --key.
struct KeygenCommand {
    std::string file = "mcast.key";
    bool quiet = false;
};

void flags(Parser& parser, KeygenCommand& options);
[[nodiscard]] int run(Command& command, const KeygenCommand& options);

}  // namespace mcast::cli
