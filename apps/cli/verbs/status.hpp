// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"
#include "cli/verbs/watch.hpp"

namespace mcast::cli {

/// status [SESSION] [--json] [--watch [SECONDS]]: exits 0 if it could answer, whatever the state of
/// the session.
struct StatusCommand {
    std::string session;  ///< empty: all on this machine
    bool all = false;     ///< without a session: also those that ended long ago
    bool json = false;
    WatchOptions watch;
    bool quiet = false;
};

void flags(Parser& parser, StatusCommand& options);
[[nodiscard]] int run(Command& command, const StatusCommand& options);

}  // namespace mcast::cli
