// SPDX-License-Identifier: MIT
#include "cli/grammar/misuse.hpp"

#include <fmt/format.h>

namespace mcast::cli {
namespace {

bool needs_value(const Flag& flag) {
    return !flag.value.empty() && !flag.value_optional;
}

// The flag of that word, if its value is the next word.
const Flag* waits_for_value(const Form& form, const std::string& word) {
    if (word.starts_with("--")) {
        const auto* flag = find_flag(form, word);
        return flag != nullptr && needs_value(*flag) ? flag : nullptr;
    }
    for (std::size_t at = 1; at < word.size(); ++at) {
        const auto* flag = find_flag(form, std::string{'-', word[at]});
        if (flag == nullptr) return nullptr;
        if (needs_value(*flag)) return at + 1 == word.size() ? flag : nullptr;
    }
    return nullptr;
}

std::optional<Misuse> slip_of(const Form& form, const std::string& word) {
    if (!word.starts_with("--")) {
        const auto name = "-" + word.substr(0, word.find('='));
        if (name.size() < 4 || find_flag(form, name) == nullptr) return {};
        return Misuse{Misuse::Kind::option, word, "there is no option " + word};
    }
    if (!word.ends_with('=')) return {};
    const auto name = word.substr(0, word.size() - 1);
    const auto* flag = find_flag(form, name);
    if (flag == nullptr || !needs_value(*flag)) return {};
    return Misuse{Misuse::Kind::value, name, name + ": nothing follows the ="};
}

}  // namespace

std::optional<Misuse> find_slip(const Form& form, const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
        if (!words[i].starts_with('-')) continue;
        if (auto slip = slip_of(form, words[i])) return slip;
        const auto* flag = waits_for_value(form, words[i]);
        if (flag == nullptr) continue;
        const auto& name = flag->long_name;
        if (++i == words.size()) {
            return Misuse{Misuse::Kind::value, name, fmt::format("{} needs a value", name)};
        }
        if (find_flag(form, words[i].substr(0, words[i].find('='))) != nullptr) {
            return Misuse{Misuse::Kind::value, name,
                          fmt::format("{} needs a value, and {} follows", name, words[i])};
        }
    }
    return {};
}

}  // namespace mcast::cli
