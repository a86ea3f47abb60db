// SPDX-License-Identifier: MIT
#include "cli/toml.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace mcast::cli {
namespace {

std::unexpected<TomlError> wrong(const toml::source_region& where, std::string text) {
    return std::unexpected(TomlError{where.begin.line, where.begin.column, std::move(text)});
}

// Empty for what no option can be: a table, an array, a date.
std::optional<std::string> scalar(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
    if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
    if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
    return {};
}

std::string kind(const toml::node& node) {
    if (node.is_table()) return "a table";
    return node.is_array() ? "an array" : "a date or time";
}

}  // namespace

std::expected<std::vector<Setting>, TomlError> parse_toml(std::string_view text) {
    const auto parsed = toml::parse(text);
    if (!parsed) {
        static constexpr std::string_view kLead = "Error while ";
        auto description = parsed.error().description();
        if (description.starts_with(kLead)) description.remove_prefix(kLead.size());
        return wrong(parsed.error().source(), std::string(description));
    }
    std::vector<Setting> settings;
    for (const auto& [key, node] : parsed.table()) {
        auto value = scalar(node);
        if (!value) {
            return wrong(key.source(),
                         fmt::format("{} is {}, which no option takes", key.str(), kind(node)));
        }
        settings.push_back({std::string(key.str()), *std::move(value), key.source().begin.line});
    }
    std::ranges::stable_sort(settings, {}, &Setting::line);  // the table has them by name
    return settings;
}

}  // namespace mcast::cli
