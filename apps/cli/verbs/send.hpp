// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// mcsend [OPTIONS] PATH
struct SendCommand {
    SendOptions send;
    OutputOptions output;
    std::vector<std::string> paths;
    std::vector<std::string> warnings;  ///< about the command line, for people
};

void flags(Parser& parser, SendCommand& options);
[[nodiscard]] int run(Command& command, const SendCommand& options);

}  // namespace mcast::cli
