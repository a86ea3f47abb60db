// SPDX-License-Identifier: MIT
#pragma once

// The forms of the tools: the transfer itself and the commands on sessions, each with its parser.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/grammar/grammar.hpp"
#include "cli/grammar/parser.hpp"
#include "cli/view/advice.hpp"

namespace mcast::cli {

/// A parser, and the function to run with its result.
struct Declared {
    std::unique_ptr<Parser> parser;
    std::function<int(Command&)> run;
};

struct Verb {
    std::string name;
    std::string description;
    bool sender;    ///< mcsend has it
    bool receiver;  ///< mcrecv has it
    Declared (*declare)(const std::string& name, const std::string& description);
};

[[nodiscard]] const std::vector<Verb>& verbs();
/// The verb of that name, or nullptr.
[[nodiscard]] const Verb* find_verb(const std::string& name);
[[nodiscard]] bool has(const Verb& verb, Role role);

/// `mcsend PATH` or `mcrecv`.
[[nodiscard]] Declared declare_transfer(Role role);
[[nodiscard]] Declared declare_verb(const Verb& verb, Role role);

/// The grammar of the tool of that role.
[[nodiscard]] Grammar grammar_of(Role role);
/// The same, with that of the other tool.
[[nodiscard]] Grammars grammars_of(Role role);

}  // namespace mcast::cli
