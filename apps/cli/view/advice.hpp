// SPDX-License-Identifier: MIT
#pragma once

// Help for a command line that is wrong: the word that was meant, the value that would do, or where
// to read on. Pure functions, except that they check whether a file exists.

#include <optional>
#include <string>
#include <vector>

#include "cli/grammar/grammar.hpp"
#include "cli/grammar/misuse.hpp"

namespace mcast::cli {

/// The grammars of both tools, first that of the one that runs.
struct Grammars {
    Grammar own;
    Grammar other;
};

/// The hint for a misuse of `form`.
[[nodiscard]] std::string advice(const Misuse& misuse, const Form& form, const Grammars& all);

/// The command that was meant by an unknown word: by a typing error, or a word of other tools, as
/// `stop`. With the tool's name, as "mcsend cancel".
[[nodiscard]] std::optional<std::string> command_meant(const std::string& word,
                                                       const Grammars& all);

/// A path in the form that a shell reads.
[[nodiscard]] std::string shell_word(const std::string& text);

}  // namespace mcast::cli
