// SPDX-License-Identifier: MIT
#pragma once

// What is wrong with a command line, before and apart from what might help (advice.hpp). Pure.

#include <optional>
#include <string>
#include <vector>

#include "cli/grammar/grammar.hpp"

namespace mcast::cli {

struct Misuse {
    enum class Kind {
        option,   ///< there is no option `word`
        operand,  ///< nothing is done with `word`
        value,    ///< the value of the option `word` cannot be meant
        other,
    };
    Kind kind = Kind::other;
    std::string word;
    std::string text;  ///< a sentence without a full stop
};

/// A slip that the parsing library would take for something else: `-overwrite` for `-o verwrite`,
/// and the next word for the value of `--session=` or of an option that is followed by another.
[[nodiscard]] std::optional<Misuse> find_slip(const Form& form,
                                              const std::vector<std::string>& words);

}  // namespace mcast::cli
