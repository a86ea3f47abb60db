// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// mcrecv [OPTIONS]
struct RecvCommand {
    ReceiveOptions receive;
    OutputOptions output;
};

void flags(Parser& parser, RecvCommand& options);
[[nodiscard]] int run(Command& command, const RecvCommand& options);

}  // namespace mcast::cli
