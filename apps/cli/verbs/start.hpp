// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// start [SESSION]: begins the transfer now, with those that have joined.
struct StartCommand {
    std::string session;
    bool quiet = false;
};

void flags(Parser& parser, StartCommand& options);
[[nodiscard]] int run(Command& command, const StartCommand& options);

}  // namespace mcast::cli
