// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cli/verbs/completion.hpp"

namespace mcast::cli {
namespace {

// `status` begins each session's line with its id.
constexpr std::string_view kFishHead =
    R"fish(# fish completion for TOOL, as printed by `TOOL completion fish`
function __TOOL_command
  set -l words (commandline -opc)
  set -l command ''
  if test (count $words) -gt 1; and contains -- $words[2] $__TOOL_commands
    set command $words[2]
  end
  test "$command" = "$argv[1]"
end
function __TOOL_first
  test (count (commandline -opc)) -eq 1
end
function __TOOL_sessions
  COLUMNS=200 TOOL status 2>/dev/null | string match -r '^[0-9a-f]{8} .*' | string replace -r ' +' \t
end
function __TOOL_receivers
  COLUMNS=200 TOOL receivers 2>/dev/null | string match -r '^[0-9a-f]{8} .*' | string replace -r ' +' \t
end
complete -c TOOL -f
)fish";

// The arguments for the completions of a value; empty: none are known.
std::string offered(const std::string& value, const std::string& tool) {
    const auto offers = offers_of(value);
    std::string words;
    for (const auto& word : literals(value)) words += (words.empty() ? "" : " ") + word;
    const auto add = [&words](const std::string& call) {
        words += (words.empty() ? "" : " ") + call;
    };
    if (offers.interfaces) add("(ls /sys/class/net)");
    if (offers.sessions) add("(__" + tool + "_sessions)");
    if (offers.receivers) add("(__" + tool + "_receivers)");
    return words.empty() ? "" : fmt::format(" -a {}", single_quoted(words));
}

std::string line(const std::string& tool, const Form& form, const std::string& rest) {
    return fmt::format("complete -c {0} -n {1}{2}\n", tool,
                       single_quoted(fmt::format("__{}_command \"{}\"", tool, form.command)), rest);
}

std::string flags_of(const Form& form, const std::string& tool) {
    std::string text;
    for (const auto& flag : form.flags) {
        std::string rest;
        if (!flag.short_name.empty()) rest += " -s " + flag.short_name.substr(1);
        if (!flag.long_name.empty()) rest += " -l " + flag.long_name.substr(2);
        if (!flag.value.empty() && !flag.value_optional) {
            rest += offers_of(flag.value).files ? " -r -F" : " -x" + offered(flag.value, tool);
        }
        text += line(tool, form, rest + " -d " + single_quoted(flag.help));
    }
    return text;
}

std::string operands_of(const Form& form, const std::string& tool) {
    std::string text;
    for (const auto& operand : form.operands) {
        const auto rest =
            offers_of(operand.text).files ? std::string(" -F") : offered(value_of(operand), tool);
        if (!rest.empty()) text += line(tool, form, rest);
    }
    return text;
}

}  // namespace

std::string fish_completion(const Grammar& grammar) {
    const auto& tool = grammar.tool;
    std::string commands;
    for (const auto& form : grammar.commands) {
        commands += (commands.empty() ? "" : " ") + form.command;
    }
    auto text =
        with_tool(kFishHead, tool) + fmt::format("set -g __{}_commands {}\n", tool, commands);
    for (const auto& form : grammar.commands) {
        text += fmt::format("complete -c {0} -n __{0}_first -a {1} -d {2}\n", tool, form.command,
                            single_quoted(form.description));
    }
    text += flags_of(grammar.transfer, tool) + operands_of(grammar.transfer, tool);
    for (const auto& form : grammar.commands) {
        text += flags_of(form, tool) + operands_of(form, tool);
    }
    return text;
}

}  // namespace mcast::cli
