// SPDX-License-Identifier: MIT
#pragma once

// The two tools: they find the command, parse its flags, run it, and end alike in all cases.

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace mcast::cli {

/// Runs the tool of the command's role with the words after the program's name. A command's name
/// counts as such only as the first word: `mcsend ./status` sends a file. Does not throw.
[[nodiscard]] int run_tool(Command& command, const std::vector<std::string>& words);

/// The whole of main. `commit` is the one that the tool was built from; empty if it is not known.
[[nodiscard]] int run_mcsend(int argc, char** argv, const char* commit);
[[nodiscard]] int run_mcrecv(int argc, char** argv, const char* commit);

}  // namespace mcast::cli
