// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// wait [SESSION...]: returns when all have ended, with the exit status of the first that failed,
/// or 0. At the time-out it still reports those that ended.
struct WaitCommand {
    std::vector<std::string> sessions;
    std::optional<Seconds> timeout;
    bool json = false;
    bool quiet = false;
};

void flags(Parser& parser, WaitCommand& options);
[[nodiscard]] int run(Command& command, const WaitCommand& options);

}  // namespace mcast::cli
