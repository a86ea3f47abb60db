// SPDX-License-Identifier: MIT
#pragma once

// The grammar of command lines, read from the option parser itself (parser.hpp). The help, the
// completions of the shells and the check of the manual pages are made from it, so that they cannot
// differ from what is accepted. Plain values.

#include <string>
#include <string_view>
#include <vector>

namespace mcast::cli {

struct Flag {
    std::string short_name;       ///< "-n"; may be empty
    std::string long_name;        ///< "--receivers"
    std::string value;            ///< "N", "auto|BITS"; empty: takes none
    bool value_optional = false;  ///< shown as "[SECONDS]"
    std::string help;
    std::string group;
};

struct Operand {
    std::string text;  ///< as in a synopsis: "[SESSION]", "PATH"
    std::string help;
    std::vector<std::string> words = {};  ///< possible words, if the text does not name them
};

/// One form of the tool: the transfer itself, or one of its commands.
struct Form {
    std::string name;     ///< "mcsend", "mcsend status"
    std::string command;  ///< "status"; empty for the transfer
    std::string description;
    std::string footer;
    std::vector<Flag> flags;
    std::vector<Operand> operands;
};

struct Grammar {
    std::string tool;
    Form transfer;
    std::vector<Form> commands;
};

/// The flag of that long or short name, as "--rate" or "-n"; nullptr if the form has none.
[[nodiscard]] const Flag* find_flag(const Form& form, std::string_view name);

/// "-n, --receivers N", "--watch [SECONDS]".
[[nodiscard]] std::string spelled(const Flag& flag);

/// "status [SESSION]".
[[nodiscard]] std::string synopsis(const Form& form);

/// The value of an operand, with its possible words: "[COMMAND]|status|wait".
[[nodiscard]] std::string value_of(const Operand& operand);

/// The words of a value that stand for themselves: of "auto|BITS", "auto".
[[nodiscard]] std::vector<std::string> literals(const std::string& value);

}  // namespace mcast::cli
