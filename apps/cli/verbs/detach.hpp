// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// detach [SESSION] RECEIVER: takes a receiver out of pacing and counting.
struct DetachCommand {
    std::vector<std::string> words;  ///< SESSION, if given, then the receiver
    bool quiet = false;
};

void flags(Parser& parser, DetachCommand& options);
[[nodiscard]] int run(Command& command, const DetachCommand& options);

}  // namespace mcast::cli
