// SPDX-License-Identifier: MIT
#pragma once

// The scripts that make a shell complete the tools' command lines, made from what the parser
// accepts. Sessions and receivers are asked for at the moment of completion, by the tool's own
// commands.

#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/grammar/grammar.hpp"
#include "cli/grammar/parser.hpp"

namespace mcast::cli {

/// completion bash|zsh|fish
struct CompletionCommand {
    std::string shell;
};

void flags(Parser& parser, CompletionCommand& options);
[[nodiscard]] int run(Command& command, const CompletionCommand& options);

[[nodiscard]] std::string bash_completion(const Grammar& grammar);
[[nodiscard]] std::string zsh_completion(const Grammar& grammar);
[[nodiscard]] std::string fish_completion(const Grammar& grammar);

/// What a value or an operand may be completed with, besides its literals.
struct Offers {
    bool files = false;
    bool interfaces = false;
    bool sessions = false;
    bool receivers = false;
};
[[nodiscard]] Offers offers_of(const std::string& value);

/// The text with the tool's name for each TOOL in it.
[[nodiscard]] std::string with_tool(std::string_view text, const std::string& tool);

/// In single quotes, for any of the shells' command lines.
[[nodiscard]] std::string single_quoted(const std::string& text);

}  // namespace mcast::cli
