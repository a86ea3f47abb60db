// SPDX-License-Identifier: MIT
#include "cli/grammar/parser.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace mcast::cli {
namespace {

// The name of an option in error texts: "-g,--group" is called --group.
std::string long_name(const std::string& names) {
    const auto at = names.find("--");
    return at == std::string::npos ? names : names.substr(at);
}

// "--rate: '12X' is not a rate" is about the value of --rate.
Misuse misuse_of(const CLI::ParseError& error) {
    constexpr std::string_view kUnreadable = "Could not convert: ";  // --json = x
    std::string text = error.what();
    if (text.starts_with(kUnreadable)) {
        const auto end = std::min(text.find(' ', kUnreadable.size()), text.size());
        const auto name = text.substr(kUnreadable.size(), end - kUnreadable.size());
        return {Misuse::Kind::value, name, name + " is not possible with such a value"};
    }
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && !text.starts_with("--"))
        return {Misuse::Kind::other, "", "there are more words than it takes"};
    const bool of_value = text.starts_with("--") && text.find(": ") != std::string::npos;
    if (!of_value) return {Misuse::Kind::other, "", text};
    return {Misuse::Kind::value, text.substr(0, text.find(": ")), text};
}

// An unknown option, else the first word without a use.
std::optional<Misuse> unexpected_word(const CLI::App& app) {
    auto words = app.remaining();
    const auto separator = std::ranges::find(words, "--");
    const auto option = std::find_if(words.begin(), separator, [](const std::string& word) {
        return word.size() > 1 && word.starts_with('-');
    });
    if (option != separator) {
        const auto name = option->substr(0, option->find('='));
        return Misuse{Misuse::Kind::option, name, "there is no option " + name};
    }
    if (separator != words.end()) words.erase(separator);
    if (words.empty()) return {};
    return Misuse{Misuse::Kind::operand, words.front(),
                  fmt::format("nothing is done with '{}'", words.front())};
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

Option& Option::in_range(std::int64_t low, std::int64_t high) {
    return check([low, high](const std::string& text) {
        std::int64_t value = 0;
        const auto* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, value);
        if (error == std::errc{} && stop == end && value >= low && value <= high)
            return std::string();
        return fmt::format("'{}' is not a whole number from {} to {}", text, low, high);
    });
}

Option& Option::not_empty() {
    return check(
        [](const std::string& text) { return std::string(text.empty() ? "'' is empty" : ""); });
}

Option& Option::one_of(const std::vector<std::string>& words) {
    return check([words](const std::string& text) {
        if (std::ranges::find(words, text) != words.end()) return std::string();
        return fmt::format("'{}' is none of {}", text, fmt::join(words, ", "));
    });
}

Option& Option::check(const std::function<std::string(const std::string&)>& complaint) {
    option_->check(complaint);
    return *this;
}

Parser::Parser(const std::string& name, const std::string& description)
    : app_(std::make_unique<CLI::App>(description, name)) {
    app_->set_help_flag();  // added last, if at all
    app_->allow_extras();   // we report extra words ourselves
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
    return Option(*app_->set_version_flag("-V,--version", std::string(), help));
}

void Parser::footer(const std::string& text) {
    app_->footer(text);
}

std::string Parser::name() const {
    return app_->get_name();
}

std::expected<Asked, Misuse> Parser::parse(std::vector<std::string> words) {
    if (auto slip = find_slip(form(), words)) return std::unexpected(*std::move(slip));
    std::ranges::reverse(words);  // the order that CLI11 needs
    try {
        app_->parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
        return Asked::help;
    } catch (const CLI::CallForVersion&) {
        return Asked::version;
    } catch (const CLI::ParseError& error) {
        if (auto unknown = unexpected_word(*app_)) return std::unexpected(*std::move(unknown));
        return std::unexpected(misuse_of(error));
    }
    if (auto unknown = unexpected_word(*app_)) return std::unexpected(*std::move(unknown));
    return Asked::run;
}

bool Parser::given(const std::string& long_name) const {
    const auto* option = app_->get_option_no_throw(long_name);
    return option != nullptr && option->count() > 0;
}

bool Parser::ruled_out(const std::string& long_name) const {
    const auto* option = app_->get_option_no_throw(long_name);
    return option != nullptr && std::ranges::any_of(option->get_excludes(), [](const auto* other) {
               return other->count() > 0;
           });
}

std::string Parser::value_of(const std::string& long_name) const {
    const auto* option = app_->get_option_no_throw(long_name);
    return option == nullptr || option->results().empty() ? "" : option->results().back();
}

Parsed<void> Parser::set(const std::string& long_name, const std::string& value) {
    auto* const option = app_->get_option_no_throw(long_name);
    if (option == nullptr) return std::unexpected("there is no such option");
    try {
        option->clear();
        option->add_result(value);
        option->run_callback();
    } catch (const CLI::ParseError& error) {
        const std::string_view text = error.what();
        const auto head = long_name + ": ";
        return std::unexpected(
            std::string(text.starts_with(head) ? text.substr(head.size()) : text));
    }
    return {};
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
