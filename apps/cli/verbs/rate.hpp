// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// rate [SESSION] auto|BITS: changes the rate of a sender that is running.
struct RateCommand {
    std::vector<std::string> words;  ///< SESSION, if given, then the rate
    bool quiet = false;
};

void flags(Parser& parser, RateCommand& options);
[[nodiscard]] int run(Command& command, const RateCommand& options);

}  // namespace mcast::cli
