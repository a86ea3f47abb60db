// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// cancel [SESSION]: ends the session as failure/cancelled, and tells its peers.
struct CancelCommand {
    std::string session;
    std::string reason;
    bool quiet = false;
};

void flags(Parser& parser, CancelCommand& options);
[[nodiscard]] int run(Command& command, const CancelCommand& options);

}  // namespace mcast::cli
