// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>

#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli::test;

// From the words of the command line to what the library is asked for.
namespace {

struct Sending : FakeCommand {
    Sending() : FakeCommand(Role::sender) {
        command.library.send = [this](
                                   SendOptions asked,
                                   const Observer& observer) -> Result<std::unique_ptr<Session>> {
            options = std::move(asked);
            observer(told(Event::Kind::end, succeeded()));
            return std::make_unique<FakeSession>(succeeded());
        };
    }
    std::optional<SendOptions> options;
};

struct Receiving : FakeCommand {
    Receiving() : FakeCommand(Role::receiver) {
        command.library.receive =
            [this](ReceiveOptions asked,
                   const Observer& observer) -> Result<std::unique_ptr<Session>> {
            options = std::move(asked);
            const auto end = succeeded(Role::receiver);
            observer(told(Event::Kind::end, end));
            return std::make_unique<FakeSession>(end);
        };
    }
    std::optional<ReceiveOptions> options;
};

}  // namespace

TEST_CASE("mcsend sends the file that it is given", "[cli]") {
    Sending fake;
    CHECK(fake.run({"--rate", "900M", "image.raw"}) == 0);
    REQUIRE(fake.options);
    CHECK(fake.options->path == "image.raw");
    CHECK(fake.options->rate_bps == 900000000U);
}

TEST_CASE("a file named like a command is sent as ./status or after an option", "[cli]") {
    Sending fake;
    CHECK(fake.run({"./status"}) == 0);
    CHECK(fake.options->path == "./status");
    const auto before = std::filesystem::current_path();
    const auto folder = std::filesystem::temp_directory_path() / "mcast-named-status";
    std::filesystem::create_directories(folder);
    std::filesystem::current_path(folder);
    std::ofstream("status").close();
    CHECK(fake.run({"--ttl", "2", "status"}) == 0);
    CHECK(fake.options->path == "status");
    std::filesystem::current_path(before);
    std::filesystem::remove_all(folder);
}

TEST_CASE("mcsend refuses what cannot be sent today and says what can", "[cli]") {
    const auto refused = [](const std::vector<std::string>& words) {
        Sending fake;
        CHECK(fake.run(words) == 2);
        CHECK_FALSE(fake.options);
        CHECK(fake.out.str().empty());
        return fake.err.str();
    };
    CHECK_THAT(refused({"a", "b"}), Catch::Contains("one regular file can be sent at a time"));
    CHECK_THAT(refused({"/tmp"}), Catch::Contains("/tmp is a folder"));
    CHECK_THAT(refused({""}), Catch::Contains("the path is empty"));
    CHECK_THAT(refused({"--session", "", "a"}), Catch::Contains("the name is empty"));
    CHECK_THAT(refused({"--ttl", "2"}), Catch::Contains("nothing to send: name a file"));
}

TEST_CASE("a rate at which the file takes days is warned of before it is sent", "[cli]") {
    Sending fake;
    const auto path = std::filesystem::temp_directory_path() / "mcast-long.raw";
    std::ofstream(path).close();
    std::filesystem::resize_file(path, 60 << 20);
    CHECK(fake.run({"--rate", "1k", path.string()}) == 0);
    CHECK_THAT(fake.err.str(), Catch::StartsWith("mcsend: warning: at 1.0 kbit/s " + path.string() +
                                                 " (60 MiB) takes 5.8 days\n"));
    std::filesystem::remove(path);
}

TEST_CASE("the former name of --on-slow defer works, with a warning", "[cli]") {
    for (const auto* former : {"detach", "detach:50M"}) {
        Sending fake;
        CHECK(fake.run({"--on-slow", former, "image.raw"}) == 0);
        CHECK(fake.options->on_slow.detach);
        CHECK_THAT(fake.err.str(), Catch::StartsWith("mcsend: warning: --on-slow detach is now "
                                                     "called --on-slow defer\n"));
    }
    Sending fake;
    CHECK(fake.run({"--on-slow", "defer", "image.raw"}) == 0);
    CHECK_THAT(fake.err.str(), !Catch::Contains("warning"));
}

TEST_CASE("mcsend without a word shows a short help and exits with 2", "[cli]") {
    Sending fake;
    CHECK(fake.run({}) == 2);
    CHECK_THAT(fake.err.str(), Catch::StartsWith("Usage: mcsend [OPTIONS] FILE"));
    CHECK(fake.out.str().empty());
}

TEST_CASE("mcrecv without a word receives into this folder", "[cli]") {
    Receiving fake;
    CHECK(fake.run({}) == 0);
    const ReceiveOptions defaults;
    CHECK(fake.options == defaults);
}

TEST_CASE("the options --json and --output - cannot share standard output", "[cli]") {
    Receiving fake;
    CHECK(fake.run({"--json", "-o", "-"}) == 2);
    CHECK_FALSE(fake.options);
    CHECK(fake.err.str() ==
          "mcrecv: error: --json and --output - both want standard output; choose one of them\n");
}

TEST_CASE("a command takes the place of an output", "[cli]") {
    Receiving fake;
    CHECK(fake.run({"--exec", "tar -x", "-o", "there"}) == 2);
    CHECK(fake.run({"--exec", ""}) == 2);
    CHECK_FALSE(fake.options);
    fake.command.out_is_terminal = true;
    fake.environment["MCAST_OUTPUT"] = "-";
    CHECK(fake.run({"--exec", "tar -x"}) == 0);
    CHECK(fake.options->exec == "tar -x");
    fake.environment["MCAST_OUTPUT"].clear();
    fake.environment["MCAST_EXEC"] = "tar -x";
    CHECK(fake.run({"-o", "there"}) == 0);
    CHECK(fake.options->exec.empty());
}

TEST_CASE("the words of a command stay out of the events", "[cli]") {
    Receiving fake;
    CHECK(fake.run({"--exec", "cat", "--json"}) == 0);
    CHECK(fake.options->exec == "exec >&2\ncat");
}

TEST_CASE("a file is not written to a terminal", "[cli]") {
    Receiving fake;
    fake.command.out_is_terminal = true;
    for (const std::string output : {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})
        CHECK(fake.run({"-o", output}) == 2);
    CHECK_THAT(fake.err.str(), Catch::Contains("standard output is a terminal"));
    fake.command.out_is_terminal = false;
    CHECK(fake.run({"-o", "-"}) == 0);
}
