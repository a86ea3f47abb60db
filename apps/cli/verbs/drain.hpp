// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// drain [SESSION]: takes no more receivers, and finishes with those that joined.
struct DrainCommand {
    std::string session;
    bool quiet = false;
};

void flags(Parser& parser, DrainCommand& options);
[[nodiscard]] int run(Command& command, const DrainCommand& options);

}  // namespace mcast::cli
