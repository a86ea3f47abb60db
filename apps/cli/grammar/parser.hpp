// SPDX-License-Identifier: MIT
#pragma once

// What a command line of one form may hold, and its way into the fields of an options struct: the
// only face of the parsing library, which is included by parser.cpp and nowhere else, as each unit
// that includes it adds to the time that every start of a tool takes. Used by the main thread;
// fields that were named to a Parser outlive it.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/grammar/grammar.hpp"
#include "cli/grammar/misuse.hpp"
#include "cli/view/units.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
class Option;
}  // namespace CLI

namespace mcast::cli {

/// An option that has been added, to say more about it. Lives as long as its Parser.
class Option {
  public:
    explicit Option(CLI::Option& option) : option_(&option) {}
    Option& type_name(const std::string& name);
    Option& group(const std::string& name);
    Option& take_last();  ///< given twice, the last one counts
    Option& required();
    Option& expected(int least, int most);  ///< how many words it takes
    Option& excludes(const std::string& other);
    /// Checks whose description stays out of the help: the option's own words say it.
    Option& in_range(std::int64_t low, std::int64_t high);
    Option& not_empty();
    Option& one_of(const std::vector<std::string>& words);

  private:
    /// The complaint is the rest of a sentence; empty: the value is right.
    Option& check(const std::function<std::string(const std::string&)>& complaint);

    CLI::Option* option_;
};

/// What a command line asks for.
enum class Asked { run, help, version };

class Parser {
  public:
    /// Takes what becomes of a text, or says what is wrong with it.
    using Store = std::function<Parsed<void>(const std::string&)>;

    Parser(const std::string& name, const std::string& description);
    ~Parser();
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    /// Names are "-g,--group", or without dashes for an operand. A Field is a string, a vector of
    /// strings, an integer or an optional one: parser.cpp has the list.
    template <typename Field>
    Option add_option(const std::string& names, Field& field, const std::string& help);
    Option add_text(const std::string& names, Store store, const std::string& help);
    Option add_flag(const std::string& names, bool& flag, const std::string& help);
    Option add_flag(const std::string& names, std::function<void()> given, const std::string& help);
    Option add_help_flag(const std::string& help);
    Option add_version_flag(const std::string& help);
    void footer(const std::string& text);
    [[nodiscard]] std::string name() const;

    /// Fills the fields.
    [[nodiscard]] std::expected<Asked, Misuse> parse(std::vector<std::string> words);

    /// Whether the words that were parsed last have the option of that long name.
    [[nodiscard]] bool given(const std::string& long_name) const;

    /// The text of its value, "true" for a flag; empty without one.
    [[nodiscard]] std::string value_of(const std::string& long_name) const;

    /// Fills the field of an option as if the command line had it with that value, which for a flag
    /// is "true" or "false". After parse(), for an option that was not given. The error is the rest
    /// of a sentence that begins with the option's name.
    [[nodiscard]] Parsed<void> set(const std::string& long_name, const std::string& value);

    [[nodiscard]] Form form() const;

  private:
    std::unique_ptr<CLI::App> app_;
};

}  // namespace mcast::cli
