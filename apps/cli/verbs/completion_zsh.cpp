// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cli/verbs/completion.hpp"

namespace mcast::cli {
namespace {

// `status` begins each session's line with its id.
constexpr std::string_view kZshHead = R"zsh(#compdef TOOL
# zsh completion for TOOL, as printed by `TOOL completion zsh`
_TOOL_rows() { sed -n 's/^\([0-9a-f]\{8\}\)  *\(.*\)/\1:\2/p' }
_TOOL_sessions() {
  local -a found
  found=("${(@f)$(COLUMNS=200 TOOL status 2>/dev/null | _TOOL_rows)}")
  _describe session found
}
_TOOL_receivers() {
  local -a found
  found=("${(@f)$(COLUMNS=200 TOOL receivers 2>/dev/null | _TOOL_rows)}")
  _describe receiver found
}
_TOOL_interfaces() {
  local -a found
  found=(/sys/class/net/*(N:t))
  _describe interface found
}
)zsh";

// Escapes colons and brackets, which have a meaning in the arguments of _arguments.
std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == ':' || c == '[' || c == ']' || c == '\\') result += '\\';
        result += c;
    }
    return result;
}

// The action of an argument of _arguments, which follows its message.
std::string zsh_action(const std::string& value, const std::string& tool) {
    const auto offers = offers_of(value);
    if (offers.files) return "_files";
    if (offers.receivers) return "_" + tool + "_receivers";
    if (offers.sessions) return "_" + tool + "_sessions";
    if (offers.interfaces) return "_" + tool + "_interfaces";
    std::string words;
    for (const auto& word : literals(value)) words += (words.empty() ? "" : " ") + word;
    return words.empty() ? " " : "(" + words + ")";
}

std::string value_of(const Flag& flag, const std::string& tool) {
    if (flag.value.empty()) return "";
    return fmt::format(":{}{}:{}", flag.value_optional ? ":" : "", escaped(flag.value),
                       zsh_action(flag.value, tool));
}

std::string arguments(const Form& form, const std::string& tool) {
    std::string text = "_arguments -s";
    for (const auto& flag : form.flags) {
        for (const auto& name : {flag.short_name, flag.long_name}) {
            if (name.empty()) continue;
            text += " \\\n      " + single_quoted(fmt::format("*{}[{}]{}", name, escaped(flag.help),
                                                              value_of(flag, tool)));
        }
    }
    for (const auto& operand : form.operands) {
        text += " \\\n      " + single_quoted(fmt::format("*:{}:{}", escaped(operand.text),
                                                          zsh_action(value_of(operand), tool)));
    }
    return text + "\n";
}

}  // namespace

std::string zsh_completion(const Grammar& grammar) {
    const auto& tool = grammar.tool;
    auto text = with_tool(kZshHead, tool);
    text += fmt::format("_{}() {{\n  local -a commands\n  commands=(\n", tool);
    for (const auto& form : grammar.commands) {
        text += "    " + single_quoted(form.command + ":" + form.description) + "\n";
    }
    text += "  )\n  if ((CURRENT > 2)); then\n    case $words[2] in\n";
    for (const auto& form : grammar.commands) {
        text +=
            fmt::format("    {})\n      shift words\n      ((CURRENT--))\n      ", form.command);
        text += arguments(form, tool) + "      return ;;\n";
    }
    text += "    esac\n  else\n    _describe command commands\n  fi\n  ";
    text += arguments(grammar.transfer, tool);
    // If sourced, it registers itself; if loaded from the path of functions, it is called.
    return text + fmt::format(
                      "}}\nif [[ $funcstack[1] == _{0} ]]; then _{0}; else compdef _{0} "
                      "{0}; fi\n",
                      tool);
}

}  // namespace mcast::cli
