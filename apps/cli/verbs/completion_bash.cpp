// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cli/verbs/completion.hpp"

namespace mcast::cli {
namespace {

constexpr std::string_view kBashHead =
    R"bash(# bash completion for TOOL, as printed by `TOOL completion bash`
_TOOL_sessions() {
  COLUMNS=200 TOOL status 2>/dev/null | sed -n 's/^\([0-9a-f]\{8\}\) .*/\1/p'
}
_TOOL_receivers() {
  COLUMNS=200 TOOL receivers 2>/dev/null | sed -n 's/^\([0-9a-f]\{8\}\) .*/\1/p'
}
_TOOL_interfaces() { ls /sys/class/net 2>/dev/null; }
)bash";

// The words before the cursor. bash breaks --rate=auto into three words.
constexpr std::string_view kBegin = R"bash(
_TOOL() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command='' words=''
  if [[ $current == '=' ]]; then current=''; fi
  if [[ $previous == '=' ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi
  if ((COMP_CWORD > 1)); then command=${COMP_WORDS[1]}; fi
  COMPREPLY=()
)bash";

constexpr std::string_view kEnd =
    R"bash(  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _TOOL TOOL
)bash";

// The words to offer, in the form for double quotes.
std::string words_of(const std::string& value, const std::string& tool) {
    std::string words;
    const auto add = [&words](const std::string& word) {
        words += (words.empty() ? "" : " ") + word;
    };
    const auto offers = offers_of(value);
    for (const auto& word : literals(value)) add(word);
    if (offers.interfaces) add("$(_" + tool + "_interfaces)");
    if (offers.sessions) add("$(_" + tool + "_sessions)");
    if (offers.receivers) add("$(_" + tool + "_receivers)");
    return words;
}

std::string bash_action(const std::string& value, const std::string& tool) {
    if (offers_of(value).files) return "compopt -o default; return";
    const auto words = words_of(value, tool);
    return words.empty() ? "return" : fmt::format("words=\"{}\"", words);
}

// The branches for the values of a form's flags.
std::string value_cases(const Form& form, const std::string& tool) {
    std::string text;
    for (const auto& flag : form.flags) {
        if (flag.value.empty() || flag.value_optional) continue;
        auto pattern = form.command + ":" + flag.long_name;
        if (!flag.short_name.empty()) pattern += "|" + form.command + ":" + flag.short_name;
        text += fmt::format("    {}) {} ;;\n", pattern, bash_action(flag.value, tool));
    }
    return text;
}

std::string flag_case(const Form& form) {
    std::string names;
    for (const auto& flag : form.flags) {
        for (const auto& name : {flag.short_name, flag.long_name}) {
            if (!name.empty()) names += (names.empty() ? "" : " ") + name;
        }
    }
    return fmt::format("    {}:-*) words='{}' ;;\n", form.command, names);
}

std::string operand_case(const Form& form, const std::string& tool) {
    std::string all;
    for (const auto& operand : form.operands) all += value_of(operand) + "|";
    return fmt::format("    {}:*) {} ;;\n", form.command, bash_action(all, tool));
}

}  // namespace

std::string bash_completion(const Grammar& grammar) {
    const auto& tool = grammar.tool;
    std::string commands;
    for (const auto& form : grammar.commands) {
        commands += (commands.empty() ? "" : "|") + form.command;
    }
    auto text = with_tool(kBashHead, tool) + with_tool(kBegin, tool);
    text += fmt::format("  case $command in {}) ;; *) command='' ;; esac\n", commands);
    text += "  case $command:$previous in\n" + value_cases(grammar.transfer, tool);
    for (const auto& form : grammar.commands) text += value_cases(form, tool);
    text += "    *) case $command:$current in\n" + flag_case(grammar.transfer);
    for (const auto& form : grammar.commands) text += flag_case(form);
    for (const auto& form : grammar.commands) text += operand_case(form, tool);
    text += "    *)\n      if ((COMP_CWORD == 1)); then\n        words='";
    for (auto& c : commands) c = c == '|' ? ' ' : c;
    text += commands + "'\n      fi\n";
    if (!grammar.transfer.operands.empty()) text += "      compopt -o default\n";
    return text + "      ;;\n    esac ;;\n  esac\n" + with_tool(kEnd, tool);
}

}  // namespace mcast::cli
