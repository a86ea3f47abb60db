// SPDX-License-Identifier: MIT
#pragma once

// Help for a command line that is wrong: the word that was meant, the value that would
// do, or where to read on. Pure functions but for a look at whether a file is there.

#include <optional>
#include <string>
#include <vector>

#include "cli/grammar/grammar.hpp"
#include "cli/grammar/misuse.hpp"

namespace mcast::cli {

/// All that both tools accept, that of the one that was called first.
struct Grammars {
    Grammar own;
    Grammar other;
};

/// The hint for a misuse of `form`.
[[nodiscard]] std::string advice(const Misuse& misuse, const Form& form, const Grammars& all);

/// The command that a word stands for that is none: a slip of the pen, or a word of other tools,
/// as `stop`. With the tool's name, as "mcsend cancel".
[[nodiscard]] std::optional<std::string> command_meant(const std::string& word,
                                                       const Grammars& all);

/// A path as a shell takes it.
[[nodiscard]] std::string shell_word(const std::string& text);

}  // namespace mcast::cli
