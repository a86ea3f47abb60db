// SPDX-License-Identifier: MIT
#include "cli/grammar/help.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/view/text.hpp"

namespace mcast::cli {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kHelpColumn = 31;

// The term, and its meaning from a fixed column on, or on lines of its own if the term is long.
std::string entry(const std::string& term, const std::string& meaning) {
    auto line = std::string(kIndent, ' ') + term;
    std::string text;
    if (line.size() + 2 > kHelpColumn) {
        text = line + "\n";
        line.clear();
    }
    for (const auto& part : wrapped(meaning, kWidth - kHelpColumn)) {
        text += pad_right(line, kHelpColumn) + part + "\n";
        line.clear();
    }
    return text;
}

// A flag without a short name is indented, so that the long names are aligned.
std::string term_of(const Flag& flag) {
    return (flag.short_name.empty() ? "    " : "") + spelled(flag);
}

std::string paragraph(const std::string& text) {
    std::string lines;
    for (const auto& line : wrapped(text, kWidth)) lines += line + "\n";
    return lines;
}

std::string sentence(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    }
    return text + ".";
}

std::string flags_help(const Form& form) {
    std::vector<std::string> groups;
    for (const auto& flag : form.flags) {
        if (std::ranges::find(groups, flag.group) == groups.end()) groups.push_back(flag.group);
    }
    std::string text;
    for (const auto& group : groups) {
        text += "\n" + group + ":\n";
        for (const auto& flag : form.flags) {
            if (flag.group == group) text += entry(term_of(flag), flag.help);
        }
    }
    return text;
}

std::string operands_help(const Form& form) {
    std::string text;
    for (const auto& operand : form.operands) text += entry(operand.text, operand.help);
    return text.empty() ? "" : "\n" + text;
}

std::string usage_of(const Form& form) {
    std::string operands;
    for (const auto& operand : form.operands) operands += " " + operand.text;
    return form.name + " [OPTIONS]" + operands;
}

}  // namespace

std::string tool_help(const Grammar& grammar) {
    const auto& transfer = grammar.transfer;
    auto text =
        fmt::format("Usage: {}\n       {} COMMAND [OPTIONS]\n\n", usage_of(transfer), grammar.tool);
    text += paragraph(transfer.description) + operands_help(transfer) + flags_help(transfer);
    text += fmt::format("\nCommands ({} COMMAND --help tells more):\n", grammar.tool);
    for (const auto& form : grammar.commands) text += entry(synopsis(form), form.description);
    return text + "\n" +
           paragraph(
               "Exit status: 0 success; 1 failed; 2 wrong usage; 3 nobody came, or nothing was "
               "offered; 4 some receivers failed; 5 no such session; 6 file or disk trouble; "
               "7 authentication; 8 wait timed out; 9 too early or too late; 130 interrupted. "
               "See --help-errors.");
}

std::string command_help(const Form& form) {
    auto text = "Usage: " + usage_of(form) + "\n\n" + paragraph(sentence(form.description)) +
                operands_help(form) + flags_help(form);
    return form.footer.empty() ? text : text + "\n" + form.footer;
}

}  // namespace mcast::cli
