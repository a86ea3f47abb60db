// SPDX-License-Identifier: MIT
#include "cli/grammar/misuse.hpp"

#include <filesystem>
#include <fstream>

#include "cli/verbs/verbs.hpp"
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;
using Words = std::vector<std::string>;

// What a wrong command line is told: the error and what may help.
namespace {

struct Told {
    int status = 0;
    std::string error;
    std::string hint;
};

Told told(Role role, const Words& words) {
    FakeCommand fake(role);
    Told result{fake.run(words), {}, {}};
    std::istringstream lines(fake.err.str());
    for (std::string line; std::getline(lines, line);) {
        const auto after = [&line](std::string_view head) {
            return line.substr(line.find(head) + head.size());
        };
        if (line.find(": error: ") != std::string::npos) result.error = after(": error: ");
        if (line.find(": hint: ") != std::string::npos) result.hint = after(": hint: ");
    }
    return result;
}

Told sender(const Words& words) {
    return told(Role::sender, words);
}

Told receiver(const Words& words) {
    return told(Role::receiver, words);
}

}  // namespace

TEST_CASE("a slip in a command's name is told with the command that is meant", "[cli]") {
    const auto hint = [](const Words& words) {
        const auto result = sender(words);
        CHECK(result.status == 2);
        CHECK(result.error == "there is no command or file '" + words.front() + "'");
        return result.hint;
    };
    CHECK(hint({"statsu"}) == "did you mean mcsend status?");
    CHECK(hint({"staus", "image.raw"}) == "did you mean mcsend status?");
    CHECK(hint({"Status"}) == "did you mean mcsend status?");
    CHECK(hint({"canel", "--reason", "x"}) == "did you mean mcsend cancel?");
    CHECK(hint({"stop"}) == "did you mean mcsend cancel?");
    CHECK(hint({"version"}) == "did you mean mcsend --version?");
    CHECK(hint({"send", "image.raw"}) == "did you mean mcsend FILE?");
    CHECK(receiver({"lsit"}).hint == "did you mean mcrecv list?");
    CHECK(receiver({"lsit"}).error == "there is no command 'lsit'");
    CHECK(receiver({"recv"}).hint == "did you mean mcrecv?");
    CHECK(receiver({"drian"}).hint == "did you mean mcsend drain?");
}

TEST_CASE("a file that is there is never taken for a slip", "[cli]") {
    const auto folder = std::filesystem::temp_directory_path() / "mcast-misuse-test";
    std::filesystem::create_directories(folder);
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder);
    for (const auto* name : {"statsu", "list", "stop"}) {
        std::ofstream(name) << "content";
        FakeCommand fake(Role::sender);
        std::string sent;
        fake.command.library.send = [&](const SendOptions& asked,
                                        const Observer&) -> Result<std::unique_ptr<Session>> {
            sent = asked.path;
            return fail(ErrorCode::io, "enough");
        };
        CHECK(fake.run({name}) == 6);
        CHECK(sent == name);
    }
    std::filesystem::current_path(before);
    std::filesystem::remove_all(folder);
}

TEST_CASE("a command behind options is told to be the first word", "[cli]") {
    const auto late = sender({"-q", "status"});
    CHECK(late.error == "there is no file 'status', and a command is the first word");
    CHECK(sender({"--json", "wait", "image.raw"}).hint == "did you mean mcsend wait?");
}

TEST_CASE("an unknown option is told with the one that is meant, or where it belongs", "[cli]") {
    CHECK(sender({"--recievers", "3", "x"}).error == "there is no option --recievers");
    CHECK(sender({"--recievers", "3", "x"}).hint == "did you mean --receivers?");
    CHECK(sender({"--recievers=3", "x"}).hint == "did you mean --receivers?");
    CHECK(sender({"--on_slow", "wait", "x"}).hint == "did you mean --on-slow?");
    CHECK(sender({"--Rate", "1M", "x"}).hint == "did you mean --rate?");
    CHECK(sender({"-rate", "1M", "x"}).hint == "did you mean --rate?");
    CHECK(sender({"--start", "5", "x"}).hint == "did you mean --start-after?");
    CHECK(sender({"--watch", "x"}).hint == "--watch is an option of mcsend status");
    CHECK(sender({"--overwrite", "x"}).hint == "--overwrite is an option of mcrecv");
    CHECK(receiver({"-n", "3"}).error == "there is no option -n");
    CHECK(receiver({"-n", "3"}).hint == "-n is an option of mcsend");
    CHECK(sender({"status", "--wach"}).hint == "did you mean --watch?");
    CHECK(sender({"status", "--rate", "5"}).hint == "--rate is an option of mcsend");
    CHECK(sender({"--frobnicate", "x"}).hint == "see mcsend --help");
    CHECK(sender({"wait", "--frobnicate"}).hint == "see mcsend wait --help");
}

TEST_CASE("a long option with one dash is not taken for a short one and its value", "[cli]") {
    CHECK(receiver({"-overwrite"}).hint == "did you mean --overwrite?");
    CHECK(receiver({"-output=x"}).hint == "did you mean --output?");
    CHECK_FALSE(find_slip(grammar_of(Role::receiver).transfer, {"-o/srv", "-qo", "-group"}));
}

TEST_CASE("mcrecv with a file's name says how to write what may be meant", "[cli]") {
    const auto result = receiver({"image.raw"});
    CHECK(result.status == 2);
    CHECK(result.error == "nothing is done with 'image.raw'");
    CHECK(result.hint ==
          "to save it there: mcrecv -o image.raw; to take only the offer of that name: mcrecv "
          "--session image.raw");
    CHECK_THAT(receiver({"my file"}).hint, Catch::Contains("-o 'my file';"));
}

TEST_CASE("the first of several words too many is named, with the usage", "[cli]") {
    const auto result = sender({"status", "a", "b", "c"});
    CHECK(result.error == "nothing is done with 'b'");
    CHECK(result.hint == "usage: mcsend status [OPTIONS] [SESSION]");
    CHECK(sender({"metrics", "now"}).hint == "usage: mcsend metrics [OPTIONS]");
    const auto detach = sender({"detach", "a", "b", "c"});
    CHECK(detach.error == "there are more words than it takes");
    CHECK(detach.hint == "usage: mcsend detach [OPTIONS] [SESSION] RECEIVER");
    CHECK(sender({"completion"}).hint == "usage: mcsend completion [OPTIONS] bash|zsh|fish");
}

TEST_CASE("a command without what it needs, or with what it cannot take, shows its usage",
          "[cli]") {
    for (const auto& words : std::vector<Words>{{"rate"}, {"rate", "image.raw"}, {"rate", "1"}}) {
        CAPTURE(words);
        CHECK(sender(words).hint == "usage: mcsend rate [SESSION] auto|BITS");
    }
    CHECK(sender({"detach"}).hint == "usage: mcsend detach [SESSION] RECEIVER");
}

TEST_CASE("a value that is missing is not taken from the next word", "[cli]") {
    CHECK(sender({"x", "--rate"}).error == "--rate needs a value");
    CHECK(sender({"x", "-n"}).error == "--receivers needs a value");
    CHECK(sender({"--session", "--json", "x"}).error ==
          "--session needs a value, and --json follows");
    CHECK(sender({"--rate=", "x"}).error == "--rate: nothing follows the =");
    CHECK_FALSE(find_slip(grammar_of(Role::sender).transfer,
                          {"--session=--json", "--", "--rate", "--json="}));
}

TEST_CASE("a wrong value is told with what the option takes", "[cli]") {
    const auto result = sender({"-n", "abc", "x"});
    CHECK(result.error == "--receivers: 'abc' is not a whole number from 1 to 1000000");
    CHECK_THAT(result.hint, Catch::StartsWith("-n, --receivers N: begin when"));
    CHECK(sender({"--fec-id", "6", "x"}).error == "--fec-id: '6' is none of 5, 129");
}

TEST_CASE("values that cannot be meant are refused", "[cli]") {
    for (const auto& words : std::vector<Words>{{"--ttl", "0", "x"},
                                                {"--ttl", "256", "x"},
                                                {"--session", "", "x"},
                                                {"--interface", "", "x"},
                                                {"--rate", "0", "x"},
                                                {"--rate", "900T", "x"},
                                                {"--on-slow", "drop:0", "x"},
                                                {"--node-id", "0", "x"},
                                                {"--node-id", "4294967295", "x"},
                                                {"status", ""},
                                                {"wait", ""},
                                                {"cancel", ""}}) {
        CAPTURE(words);
        CHECK(sender(words).status == 2);
    }
    CHECK(receiver({"--host", ""}).error == "--host: '' is empty");
    CHECK(receiver({"-o", ""}).error == "--output: '' is empty");
}

TEST_CASE("the command help shows the help of the tool and of its commands", "[cli]") {
    const auto printed = [](const Words& words) {
        FakeCommand fake(Role::sender);
        CHECK(fake.run(words) == 0);
        return fake.out.str();
    };
    CHECK(printed({"help"}) == printed({"--help"}));
    CHECK(printed({"help", "wait"}) == printed({"wait", "--help"}));
    CHECK(sender({"help", "wiat"}).status == 2);
    CHECK(sender({"help", "wiat"}).hint == "did you mean mcsend wait?");
}
