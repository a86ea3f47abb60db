// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"
#include "cli/verbs/watch.hpp"

namespace mcast::cli {

/// receivers [SESSION] [--json] [--watch [SECONDS]]: shows the receivers of a sender, slowest
/// first.
struct ReceiversCommand {
    std::string session;
    bool json = false;
    WatchOptions watch;
    bool quiet = false;
};

void flags(Parser& parser, ReceiversCommand& options);
[[nodiscard]] int run(Command& command, const ReceiversCommand& options);

}  // namespace mcast::cli
