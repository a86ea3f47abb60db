// SPDX-License-Identifier: MIT
#include "cli/grammar/grammar.hpp"

#include <algorithm>
#include <cctype>

namespace mcast::cli {
namespace {

bool literal(const std::string& word) {
    return !word.empty() && std::ranges::all_of(word, [](unsigned char c) {
        return std::islower(c) != 0 || std::isdigit(c) != 0;
    });
}

}  // namespace

const Flag* find_flag(const Form& form, std::string_view name) {
    const auto found = std::ranges::find_if(form.flags, [name](const Flag& flag) {
        return !name.empty() && (flag.long_name == name || flag.short_name == name);
    });
    return found == form.flags.end() ? nullptr : &*found;
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

std::string value_of(const Operand& operand) {
    auto text = operand.text;
    for (const auto& word : operand.words) text += "|" + word;
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
