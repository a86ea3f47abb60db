// SPDX-License-Identifier: MIT
#include "cli/grammar.hpp"

#include <algorithm>
#include <cctype>

namespace mcast::cli {
namespace {

Flag flag_of(const CLI::Option& option) {
    Flag flag;
    if (!option.get_snames().empty()) flag.short_name = "-" + option.get_snames().front();
    if (!option.get_lnames().empty()) flag.long_name = "--" + option.get_lnames().front();
    flag.help = option.get_description();
    flag.group = option.get_group();
    if (option.get_items_expected_max() == 0) return flag;
    flag.value = option.get_type_name();
    flag.value_optional = option.get_expected_min() == 0;
    if (flag.value_optional && flag.value.starts_with('[') && flag.value.ends_with(']')) {
        flag.value = flag.value.substr(1, flag.value.size() - 2);
    }
    return flag;
}

bool literal(const std::string& word) {
    return !word.empty() && std::ranges::all_of(word, [](unsigned char c) {
        return std::islower(c) != 0 || std::isdigit(c) != 0;
    });
}

}  // namespace

Form form_of(const CLI::App& app) {
    Form form;
    form.name = app.get_name();
    const auto space = form.name.find(' ');
    if (space != std::string::npos) form.command = form.name.substr(space + 1);
    form.description = app.get_description();
    form.footer = app.get_footer();
    for (const auto* option : app.get_options()) {
        if (option->get_positional()) {
            form.operands.push_back({option->get_type_name(), option->get_description()});
        } else {
            form.flags.push_back(flag_of(*option));
        }
    }
    return form;
}

std::string spelled(const Flag& flag) {
    auto text = flag.short_name;
    if (!flag.long_name.empty()) text += (text.empty() ? "" : ", ") + flag.long_name;
    if (flag.value.empty()) return text;
    return text + (flag.value_optional ? " [" + flag.value + "]" : " " + flag.value);
}

std::string synopsis(const Form& form) {
    auto text = form.command;
    for (const auto& operand : form.operands) text += (text.empty() ? "" : " ") + operand.text;
    return text;
}

std::vector<std::string> literals(const std::string& value) {
    std::vector<std::string> words;
    for (std::size_t from = 0; from <= value.size();) {
        const auto end = std::min(value.find_first_of("| ", from), value.size());
        const auto part = value.substr(from, end - from);
        const auto word = part.substr(0, part.find('['));
        if (literal(word)) words.push_back(word);
        from = end + 1;
    }
    return words;
}

}  // namespace mcast::cli
