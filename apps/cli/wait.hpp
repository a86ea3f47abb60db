// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "cli/options.hpp"

namespace mcast::cli {

/// wait [SESSION]: returns when it has ended, and exits as it did.
struct WaitCommand {
    std::string session;
    std::optional<Seconds> timeout;
    bool json = false;
    bool quiet = false;
};

void flags(CLI::App& app, WaitCommand& options);
[[nodiscard]] int run(Command& command, const WaitCommand& options);

}  // namespace mcast::cli
