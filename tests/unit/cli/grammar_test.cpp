// SPDX-License-Identifier: MIT
#include "cli/grammar/grammar.hpp"

#include "cli/verbs/completion.hpp"
#include "cli/verbs/verbs.hpp"
#include "control/starting.hpp"
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using Words = std::vector<std::string>;

TEST_CASE("a form has the flags of its parser, as they are spelled on a command line", "[cli]") {
    const auto form = declare_verb(*find_verb("status"), Role::sender).parser->form();
    CHECK(form.command == "status");
    CHECK(synopsis(form) == "status [SESSION]");
    Words flags;
    for (const auto& flag : form.flags) flags.push_back(spelled(flag));
    CHECK(flags == Words{"--all", "--json", "--watch [SECONDS]", "-q, --quiet", "-h, --help"});
}

TEST_CASE("the words of a value that stand for themselves are told from the others", "[cli]") {
    CHECK(literals("auto|BITS") == Words{"auto"});
    CHECK(literals("wait|defer[:RATE]|drop[:RATE]") == Words{"wait", "defer", "drop"});
    CHECK(literals("[SESSION] auto|BITS") == Words{"auto"});
    CHECK(literals("5|129") == Words{"5", "129"});
    CHECK(literals("PATH|-").empty());
    CHECK(literals("").empty());
}

TEST_CASE("every option and command is in the completion of every shell", "[cli]") {
    for (const auto role : {Role::sender, Role::receiver}) {
        const auto grammar = grammar_of(role);
        auto forms = grammar.commands;
        forms.push_back(grammar.transfer);
        const auto fish = fish_completion(grammar);
        for (const auto& form : forms) {
            for (const auto& flag : form.flags) {
                CAPTURE(form.name, flag.long_name);
                CHECK_THAT(bash_completion(grammar), Catch::Contains(flag.long_name));
                CHECK_THAT(zsh_completion(grammar), Catch::Contains("*" + flag.long_name + "["));
                CHECK_THAT(fish, Catch::Contains("\"" + form.command + "\"'") &&
                                     Catch::Contains("-l " + flag.long_name.substr(2)));
            }
        }
    }
}

TEST_CASE("a process that runs a command is not taken for a transfer that begins", "[cli]") {
    for (const auto& verb : verbs()) {
        CAPTURE(verb.name);
        CHECK_FALSE(control::is_transfer({"mcsend", verb.name}));
    }
}

TEST_CASE("text in the quotes of a shell cannot leave them", "[cli]") {
    CHECK(single_quoted("the file's") == "'the file'\\''s'");
}
