// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// close [SESSION|--ended] [--force]: removes the record of an ended session, or of all ended ones,
/// of either role.
struct CloseCommand {
    std::string session;
    bool ended = false;  ///< all that have ended, instead of one
    bool force = false;
    bool quiet = false;
};

void flags(Parser& parser, CloseCommand& options);
[[nodiscard]] int run(Command& command, const CloseCommand& options);

}  // namespace mcast::cli
