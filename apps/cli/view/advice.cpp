// SPDX-License-Identifier: MIT
#include "cli/view/advice.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "cli/grammar/suggest.hpp"
#include "cli/verbs/completion.hpp"

namespace mcast::cli {
namespace {

using Words = std::vector<std::string>;

// Words of other tools for our commands.
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kOtherWords{
    {{"stop", "cancel"},
     {"kill", "cancel"},
     {"abort", "cancel"},
     {"ls", "status"},
     {"ps", "status"},
     {"show", "status"},
     {"info", "status"},
     {"sessions", "status"},
     {"rm", "close"},
     {"remove", "close"},
     {"begin", "start"},
     {"version", "--version"},
     {"send", "mcsend FILE"},
     {"receive", "mcrecv"},
     {"recv", "mcrecv"}}};

Words names_of(const Grammar& grammar) {
    Words names;
    for (const auto& form : grammar.commands) names.push_back(form.command);
    return names;
}

Words flags_of(const Form& form) {
    Words names;
    for (const auto& flag : form.flags) names.push_back(flag.long_name);
    return names;
}

// "mcsend status", if the option belongs there.
std::optional<std::string> owner_of(const std::string& option, const Form& form,
                                    const Grammars& all) {
    for (const auto* grammar : {&all.own, &all.other}) {
        if (find_flag(grammar->transfer, option) != nullptr &&
            form.name != grammar->transfer.name) {
            return grammar->transfer.name;
        }
    }
    for (const auto* grammar : {&all.own, &all.other}) {
        for (const auto& command : grammar->commands) {
            if (command.name != form.name && find_flag(command, option) != nullptr) {
                return command.name;
            }
        }
    }
    return {};
}

std::string read_on(const Form& form) {
    return fmt::format("see {} --help", form.name);
}

std::string usage_of(const Form& form) {
    return fmt::format("usage: {} [OPTIONS]{}{}", form.name, form.operands.empty() ? "" : " ",
                       synopsis(form)
                           .substr(form.command.size())
                           .substr(form.command.empty() || form.operands.empty() ? 0 : 1));
}

std::string advice_on_option(const std::string& word, const Form& form, const Grammars& all) {
    const auto name = word.substr(0, word.find('='));
    if (const auto meant = closest(name.starts_with("--") ? name : "-" + name, flags_of(form))) {
        return fmt::format("did you mean {}?", *meant);
    }
    if (const auto owner = owner_of(name, form, all)) {
        return fmt::format("{} is an option of {}", name, *owner);
    }
    return read_on(form);
}

std::string advice_on_operand(const std::string& word, const Form& form, const Grammars& all) {
    if (!form.command.empty()) return usage_of(form);
    if (const auto meant = command_meant(word, all)) return fmt::format("did you mean {}?", *meant);
    if (!form.operands.empty()) return read_on(form);
    const auto quoted = shell_word(word);
    return fmt::format(
        "to save it there: {0} -o {1}; to take only the offer of that name: {0} "
        "--session {1}",
        form.name, quoted);
}

}  // namespace

std::string advice(const Misuse& misuse, const Form& form, const Grammars& all) {
    switch (misuse.kind) {
        case Misuse::Kind::option:
            return advice_on_option(misuse.word, form, all);
        case Misuse::Kind::operand:
            return advice_on_operand(misuse.word, form, all);
        case Misuse::Kind::value:
            if (const auto* flag = find_flag(form, misuse.word)) {
                return fmt::format("{}: {}", spelled(*flag), flag->help);
            }
            return read_on(form);
        case Misuse::Kind::other:
            break;
    }
    return form.command.empty() ? read_on(form) : usage_of(form);
}

std::optional<std::string> command_meant(const std::string& word, const Grammars& all) {
    const auto& tool = all.own.tool;
    const auto known = std::ranges::find(kOtherWords, std::string_view(word),
                                         [](const auto& pair) { return pair.first; });
    if (known != kOtherWords.end()) {
        const bool whole = known->second.starts_with("mc");
        return std::string(known->second).insert(0, whole ? "" : tool + " ");
    }
    if (const auto own = closest(word, names_of(all.own))) return fmt::format("{} {}", tool, *own);
    if (const auto other = closest(word, names_of(all.other))) {
        return fmt::format("{} {}", all.other.tool, *other);
    }
    return {};
}

std::string shell_word(const std::string& text) {
    const auto plain = [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '/' || c == '+';
    };
    return !text.empty() && std::ranges::all_of(text, plain) ? text : single_quoted(text);
}

}  // namespace mcast::cli
