// SPDX-License-Identifier: MIT
#pragma once

// Defaults for the options of a transfer that the command line does not have: from files of the
// system, of the user and of --config, and before these from the environment.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/grammar/parser.hpp"

namespace mcast::cli {

/// The variable of an option: "--on-slow" is MCAST_ON_SLOW. Empty for options without a variable:
/// those that act at once, and those whose variable has another meaning.
[[nodiscard]] std::string variable_of(std::string_view long_name);

/// The files to look for, in order; later ones override earlier ones.
[[nodiscard]] std::vector<std::string> default_files(const Command& command);

/// A value, a key or a file that is wrong; the text names its place.
struct WrongDefault {
    std::string text;
    std::string hint;
};

/// The options of a form that have defaults.
struct DefaultsScope {
    Form known;                      ///< the transfer, whose options can be in files
    std::vector<std::string> taken;  ///< long names of the options to fill; empty: all
};

/// Fills the options that the parsed words left out. Returns the files that were read and the
/// variables that were used.
[[nodiscard]] std::expected<std::vector<std::string>, WrongDefault> apply_defaults(
    const Command& command, Parser& parser, const DefaultsScope& scope);

/// "/etc/mcast/mcsend.toml, MCAST_GROUP and MCAST_RATE".
[[nodiscard]] std::string enumerated(const std::vector<std::string>& items);

}  // namespace mcast::cli
