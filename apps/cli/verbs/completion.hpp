// SPDX-License-Identifier: MIT
#pragma once

// The scripts with which shells complete the tools' command lines, made from the parser's grammar.
// They ask the tool's own commands for sessions and receivers at the moment of completion.

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

/// The completions of a value or an operand, in addition to its literals.
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
