// SPDX-License-Identifier: MIT
#pragma once

// Where the options of a transfer come from that the command line does not have: files of the
// system, of the user and of --config, and above them the environment.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/grammar/parser.hpp"

namespace mcast::cli {

/// The variable of an option: "--on-slow" is MCAST_ON_SLOW. Empty for the options that have none:
/// those that do something at once, and those whose variable a command that we start is to get.
[[nodiscard]] std::string variable_of(std::string_view long_name);

/// The files that are looked for, in their order, the later above the earlier.
[[nodiscard]] std::vector<std::string> default_files(const Command& command);

/// A value, a key or a file that is wrong: the text names where it stands.
struct WrongDefault {
    std::string text;
    std::string hint;
};

/// Which options have defaults in a form.
struct DefaultsScope {
    Form known;                      ///< the transfer, whose options may stand in files
    std::vector<std::string> taken;  ///< the long names that are filled; empty: all
};

/// Fills what the parsed words left out. Returns the files that were read and the variables that
/// were taken.
[[nodiscard]] std::expected<std::vector<std::string>, WrongDefault> apply_defaults(
    const Command& command, Parser& parser, const DefaultsScope& scope);

/// "/etc/mcast/mcsend.toml, MCAST_GROUP and MCAST_RATE".
[[nodiscard]] std::string enumerated(const std::vector<std::string>& items);

}  // namespace mcast::cli
