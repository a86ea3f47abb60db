// SPDX-License-Identifier: MIT
#pragma once

// Reads the command line of one form into the fields of an options struct. Only parser.cpp includes
// the parsing library, as each unit that does makes every start of a tool slower. Used by the main
// thread; the fields given to a Parser outlive it.

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

/// A handle to set more of an option that was added. Lives as long as its Parser.
class Option {
  public:
    explicit Option(CLI::Option& option) : option_(&option) {}
    Option& type_name(const std::string& name);
    Option& group(const std::string& name);
    Option& take_last();  ///< if given twice, the last one counts
    Option& required();
    Option& expected(int least, int most);  ///< the number of words of its value
    Option& excludes(const std::string& other);
    /// Checks that the help does not describe: the option's own text says it.
    Option& in_range(std::int64_t low, std::int64_t high);
    Option& not_empty();
    Option& one_of(const std::vector<std::string>& words);

  private:
    /// `complaint` returns the rest of an error sentence; empty: the value is right.
    Option& check(const std::function<std::string(const std::string&)>& complaint);

    CLI::Option* option_;
};

/// The request of a command line.
enum class Asked { run, help, version };

class Parser {
  public:
    /// Stores the value of a text, or returns the error in it.
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

    /// Parses the words and fills the fields.
    [[nodiscard]] std::expected<Asked, Misuse> parse(std::vector<std::string> words);

    /// True if the words parsed last have the option of that long name.
    [[nodiscard]] bool given(const std::string& long_name) const;

    /// True if that option excludes one that has a value already.
    [[nodiscard]] bool ruled_out(const std::string& long_name) const;

    /// The text of an option's value, "true" for a flag; empty without one.
    [[nodiscard]] std::string value_of(const std::string& long_name) const;

    /// Fills the field of an option as if the command line had it with that value; for a flag this
    /// is "true" or "false". To be called after parse(), for an option that was not given. The
    /// error is the rest of a sentence that begins with the option's name.
    [[nodiscard]] Parsed<void> set(const std::string& long_name, const std::string& value);

    [[nodiscard]] Form form() const;

  private:
    std::unique_ptr<CLI::App> app_;
};

}  // namespace mcast::cli
