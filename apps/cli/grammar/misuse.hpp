// SPDX-License-Identifier: MIT
#pragma once

// Errors of a command line, without the hints on them (advice.hpp). Pure.

#include <optional>
#include <string>
#include <vector>

#include "cli/grammar/grammar.hpp"

namespace mcast::cli {

struct Misuse {
    enum class Kind {
        option,   ///< there is no option `word`
        operand,  ///< `word` has no use here
        value,    ///< the value of the option `word` is wrong
        other,
    };
    Kind kind = Kind::other;
    std::string word;
    std::string text;  ///< a sentence without a full stop
};

/// A slip that the parsing library would misread: `-overwrite` as `-o verwrite`, and the next word
/// as the value of `--session=`, or of an option that another option follows.
[[nodiscard]] std::optional<Misuse> find_slip(const Form& form,
                                              const std::vector<std::string>& words);

}  // namespace mcast::cli
