// SPDX-License-Identifier: MIT
#include "cli/verbs/completion.hpp"

#include "cli/verbs/verbs.hpp"

namespace mcast::cli {

Offers offers_of(const std::string& value) {
    const auto holds = [&value](std::string_view word) {
        return value.find(word) != std::string::npos;
    };
    return {.files = holds("PATH"),
            .interfaces = holds("NAME|ADDR"),
            .sessions = holds("SESSION"),
            .receivers = holds("RECEIVER")};
}

std::string single_quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) {
        if (c == '\'') {
            result += "'\\''";
        } else {
            result += c;
        }
    }
    return result + "'";
}

std::string with_tool(std::string_view text, const std::string& tool) {
    std::string result(text);
    for (auto at = result.find("TOOL"); at != std::string::npos; at = result.find("TOOL", at)) {
        result.replace(at, 4, tool);
    }
    return result;
}

void flags(Parser& parser, CompletionCommand& options) {
    parser
        .add_option("SHELL", options.shell, "the shell; `mcsend completion bash` is to be sourced")
        .type_name("bash|zsh|fish")
        .required()
        .one_of({"bash", "zsh", "fish"});
}

int run(Command& command, const CompletionCommand& options) {
    const auto grammar = grammar_of(command.role);
    if (options.shell == "bash") command.out << bash_completion(grammar);
    if (options.shell == "zsh") command.out << zsh_completion(grammar);
    if (options.shell == "fish") command.out << fish_completion(grammar);
    return kExitSuccess;
}

}  // namespace mcast::cli
