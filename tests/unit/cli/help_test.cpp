// SPDX-License-Identifier: MIT
#include "cli/grammar/help.hpp"

#include <mcast/version.hpp>

#include "cli/verbs/verbs.hpp"
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

TEST_CASE("the option --help goes to standard output, exits with 0 and names every command",
          "[cli]") {
    FakeCommand sender(Role::sender);
    CHECK(sender.run({"--help"}) == 0);
    for (const auto* word : {"status", "wait", "cancel", "close", "start", "drain", "rate",
                             "detach", "--on-slow", "--fec-id", "Exit status"}) {
        CHECK_THAT(sender.out.str(), Catch::Contains(word));
    }
    CHECK(sender.err.str().empty());

    FakeCommand receiver(Role::receiver);
    CHECK(receiver.run({"-h"}) == 0);
    CHECK_THAT(receiver.out.str(), Catch::Contains("list ") && Catch::Contains("--overwrite"));
    CHECK_THAT(receiver.out.str(), !Catch::Contains("drain"));
}

TEST_CASE("every command has a help of its own", "[cli]") {
    for (const auto role : {Role::sender, Role::receiver}) {
        for (const auto& form : grammar_of(role).commands) {
            CAPTURE(form.name);
            FakeCommand fake(role);
            CHECK(fake.run({form.command, "--help"}) == 0);
            CHECK_THAT(fake.out.str(), Catch::StartsWith("Usage: " + form.name + " [OPTIONS]"));
        }
    }
}

TEST_CASE("no line of any help is wider than eighty columns, and no option is missing", "[cli]") {
    for (const auto role : {Role::sender, Role::receiver}) {
        const auto grammar = grammar_of(role);
        auto all = grammar.commands;
        all.push_back(grammar.transfer);
        for (const auto& form : all) {
            const auto text = form.command.empty() ? tool_help(grammar) : command_help(form);
            std::istringstream lines(text);
            for (std::string line; std::getline(lines, line);) {
                CAPTURE(line);
                CHECK(line.size() <= 80);
            }
            for (const auto& flag : form.flags) CHECK_THAT(text, Catch::Contains(spelled(flag)));
        }
    }
}

TEST_CASE("the options of a tool are shown in groups, none of them of leftovers", "[cli]") {
    for (const auto role : {Role::sender, Role::receiver}) {
        for (const auto& flag : grammar_of(role).transfer.flags) {
            CAPTURE(flag.long_name);
            CHECK(flag.group != "Options");
        }
    }
    CHECK_THAT(tool_help(grammar_of(Role::sender)),
               Catch::Contains("\nNetwork:\n  -g, --group ADDR[:PORT]      239.255.77.77:7701"));
}

TEST_CASE("the option --version names version, protocol, commit and licence", "[cli]") {
    for (const auto* option : {"--version", "-V"}) {
        FakeCommand fake(Role::receiver);
        fake.command.commit = "0123456789ab";
        CHECK(fake.run({option}) == 0);
        CHECK(fake.out.str() == "mcrecv " + std::string(version()) + "\nprotocol " +
                                    std::to_string(protocol_version()) +
                                    " over NORM (RFC 5740)\ncommit 0123456789ab\nlicence MIT\n");
    }
    FakeCommand tarball(Role::receiver);
    CHECK(tarball.run({"--version"}) == 0);
    CHECK_THAT(tarball.out.str(), Catch::Contains("commit unknown\n"));
}

TEST_CASE("a wrong command line exits with 2, whatever is wrong with it", "[cli]") {
    for (const auto& words : std::vector<std::vector<std::string>>{{"--no-such-option"},
                                                                   {"--rate"},
                                                                   {"--rate", "12X", "x"},
                                                                   {"--ttl", "999", "x"},
                                                                   {"status", "a", "b"},
                                                                   {"rate"},
                                                                   {"detach"},
                                                                   {"rate", "a", "soon"},
                                                                   {"close", "a", "--ended"},
                                                                   {"list"}}) {
        CAPTURE(words);
        FakeCommand fake(Role::sender);
        CHECK(fake.run(words) == 2);
        CHECK(fake.out.str().empty());
        CHECK_THAT(fake.err.str(),
                   Catch::StartsWith("mcsend: error: ") && Catch::Contains("\nmcsend: hint: "));
    }
}

TEST_CASE("a command of the other tool is named as that", "[cli]") {
    FakeCommand fake(Role::receiver);
    CHECK(fake.run({"drain"}) == 2);
    CHECK_THAT(fake.err.str(), Catch::Contains("drain is a command of mcsend"));
}

TEST_CASE("the option --help-errors lists every error with its number and exit status", "[cli]") {
    FakeCommand fake(Role::sender);
    CHECK(fake.run({"--help-errors"}) == 0);
    for (const auto& row : error_table()) {
        CHECK_THAT(fake.out.str(), Catch::Contains(std::to_string(static_cast<int>(row.code)) +
                                                   "  " + std::string(row.name) + ", exit status " +
                                                   std::to_string(row.exit_status)));
        CHECK_THAT(fake.out.str(), Catch::Contains(std::string(row.hint)));
    }
}

TEST_CASE("standard output that cannot be written is an error", "[cli]") {
    FakeCommand fake(Role::sender);
    fake.out.setstate(std::ios::badbit);
    CHECK(fake.run({"--help"}) == 6);
    CHECK_THAT(fake.err.str(), Catch::Contains("standard output could not be written (io)") &&
                                   Catch::Contains("disk"));
}

TEST_CASE("a reader that has gone is no fault of a disk", "[cli]") {
    FakeCommand fake(Role::sender);
    fake.out.setstate(std::ios::badbit);
    fake.command.out_is_unread = [] { return true; };
    CHECK(fake.run({"--help"}) == 6);
    CHECK(fake.err.str() ==
          "mcsend: error: the reader of standard output has gone (io)\n"
          "mcsend: hint: look at the program that was to read it\n");
}

TEST_CASE("an exception that nobody expected is an internal error", "[cli]") {
    FakeCommand fake(Role::sender);
    fake.command.library.list = [](std::optional<Role>) -> Result<std::vector<Status>> {
        throw std::runtime_error("out of luck");
    };
    CHECK(fake.run({"status"}) == 1);
    CHECK_THAT(fake.err.str(), Catch::Contains("mcsend: error: out of luck (internal)"));
}
