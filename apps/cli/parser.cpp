// SPDX-License-Identifier: MIT
#include "cli/parser.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>

namespace mcast::cli {
namespace {

// Where an option that cannot be read is complained about: "-g,--group" is called --group.
std::string long_name(const std::string& names) {
    const auto at = names.find("--");
    return at == std::string::npos ? names : names.substr(at);
}

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

}  // namespace

Option& Option::type_name(const std::string& name) {
    option_->type_name(name);
    return *this;
}

Option& Option::group(const std::string& name) {
    option_->group(name);
    return *this;
}

Option& Option::take_last() {
    option_->take_last();
    return *this;
}

Option& Option::required() {
    option_->required();
    return *this;
}

Option& Option::expected(int least, int most) {
    option_->expected(least, most);
    return *this;
}

Option& Option::excludes(const std::string& other) {
    option_->excludes(other);
    return *this;
}

Option& Option::in_range(long low, long high) {
    option_->check(CLI::Range(low, high).description(""));
    return *this;
}

Option& Option::one_of(const std::vector<std::string>& words) {
    option_->check(CLI::IsMember(words).description(""));
    return *this;
}

Parser::Parser(const std::string& name, const std::string& description)
    : app_(std::make_unique<CLI::App>(description, name)) {
    app_->set_help_flag();  // comes last, if at all
}

Parser::~Parser() = default;

template <typename Field>
Option Parser::add_option(const std::string& names, Field& field, const std::string& help) {
    return Option(*app_->add_option(names, field, help));
}

template Option Parser::add_option(const std::string&, std::string&, const std::string&);
template Option Parser::add_option(const std::string&, std::vector<std::string>&,
                                   const std::string&);
template Option Parser::add_option(const std::string&, int&, const std::string&);
template Option Parser::add_option(const std::string&, std::uint8_t&, const std::string&);
template Option Parser::add_option(const std::string&, std::uint16_t&, const std::string&);
template Option Parser::add_option(const std::string&, std::uint32_t&, const std::string&);
template Option Parser::add_option(const std::string&, std::optional<std::uint16_t>&,
                                   const std::string&);
template Option Parser::add_option(const std::string&, std::optional<std::uint32_t>&,
                                   const std::string&);

Option Parser::add_text(const std::string& names, Store store, const std::string& help) {
    const auto take = [name = long_name(names), store = std::move(store)](const std::string& text) {
        if (const auto stored = store(text); !stored) {
            throw CLI::ValidationError(name, stored.error());
        }
    };
    return Option(*app_->add_option_function<std::string>(names, take, help));
}

Option Parser::add_flag(const std::string& names, bool& flag, const std::string& help) {
    return Option(*app_->add_flag(names, flag, help));
}

Option Parser::add_flag(const std::string& names, std::function<void()> given,
                        const std::string& help) {
    return Option(*app_->add_flag_callback(names, std::move(given), help));
}

Option Parser::add_help_flag(const std::string& help) {
    return Option(*app_->set_help_flag("-h,--help", help));
}

Option Parser::add_version_flag(const std::string& help) {
    return Option(*app_->set_version_flag("--version", std::string(), help));
}

void Parser::footer(const std::string& text) {
    app_->footer(text);
}

std::string Parser::name() const {
    return app_->get_name();
}

Parsed<Asked> Parser::parse(std::vector<std::string> words) {
    std::ranges::reverse(words);  // as CLI11 wants it
    try {
        app_->parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
        return Asked::help;
    } catch (const CLI::CallForVersion&) {
        return Asked::version;
    } catch (const CLI::ParseError& error) {
        return std::unexpected(error.what());
    }
    return Asked::run;
}

Form Parser::form() const {
    Form form;
    form.name = app_->get_name();
    const auto space = form.name.find(' ');
    if (space != std::string::npos) form.command = form.name.substr(space + 1);
    form.description = app_->get_description();
    form.footer = app_->get_footer();
    for (const CLI::Option* option : std::as_const(*app_).get_options()) {
        if (option->get_positional()) {
            form.operands.push_back({option->get_type_name(), option->get_description()});
        } else {
            form.flags.push_back(flag_of(*option));
        }
    }
    return form;
}

}  // namespace mcast::cli
