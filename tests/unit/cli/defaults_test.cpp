// SPDX-License-Identifier: MIT
#include "cli/grammar/defaults.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/verbs/verbs.hpp"
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;
using Words = std::vector<std::string>;

// Files below the environment, that below the command line.
namespace {

constexpr const char* kSystem = "/etc/mcast/mcsend.toml";
constexpr const char* kUser = "/home/me/.config/mcast/mcsend.toml";

struct Sending : FakeCommand {
    Sending() : FakeCommand(Role::sender) {
        environment["HOME"] = "/home/me";
        command.read_file = [this](const std::string& path) -> Result<std::optional<std::string>> {
            if (path == unreadable) return fail(ErrorCode::io, "cannot read " + path);
            const auto found = files.find(path);
            if (found == files.end()) return std::optional<std::string>{};
            return found->second;
        };
        command.library.send = [this](SendOptions asked,
                                      const Observer&) -> Result<std::unique_ptr<Session>> {
            sent = std::move(asked);
            return fail(ErrorCode::io, "enough");
        };
        command.library.list = [](std::optional<Role>) { return std::vector<Status>{}; };
    }
    SendOptions send(Words words = {}) {
        words.emplace_back("image.raw");
        run(words);
        CAPTURE(err.str());
        REQUIRE(sent);
        return *sent;
    }
    std::string refused(Words words = {}) {
        words.emplace_back("image.raw");
        CHECK(run(words) == 2);
        CHECK_FALSE(sent);
        return err.str();
    }
    std::map<std::string, std::string> files;
    std::string unreadable;
    std::optional<SendOptions> sent;
};

/// A new, empty folder.
std::string new_folder() {
    std::string path = std::filesystem::temp_directory_path() / "mcast-defaults-XXXXXX";
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    return path;
}

}  // namespace

TEST_CASE("the command line is above the environment, and that above all files", "[cli]") {
    Sending fake;
    fake.files[kSystem] = "ttl = 2\nreceivers = 2\nrate = \"2M\"\nfec = \"2%\"\nsegment = 1002";
    fake.files[kUser] = "ttl = 3\nreceivers = 3\nrate = \"3M\"\nfec = \"3%\"";
    fake.files["own.toml"] = "ttl = 4\nreceivers = 4\nrate = \"4M\"";
    fake.environment["MCAST_TTL"] = "5";
    fake.environment["MCAST_RECEIVERS"] = "5";
    const auto sent = fake.send({"--config", "own.toml", "--ttl", "6"});
    CHECK(sent.network.ttl == 6);
    CHECK(sent.receivers == 5);
    CHECK(sent.rate_bps == 4000000U);
    CHECK(sent.fec_percent == 3.0);
    CHECK(sent.segment == 1002);
    CHECK_THAT(
        fake.err.str(),
        Catch::StartsWith("mcsend: defaults from /etc/mcast/mcsend.toml, "
                          "/home/me/.config/mcast/mcsend.toml, own.toml and MCAST_RECEIVERS\n"));
}

TEST_CASE("without files and variables there is no word of defaults", "[cli]") {
    Sending fake;
    CHECK(fake.send().network.ttl == 1);
    CHECK_THAT(fake.err.str(), !Catch::Contains("defaults"));
}

TEST_CASE("an empty variable counts as unset", "[cli]") {
    Sending fake;
    fake.files[kSystem] = "ttl = 2";
    fake.environment["MCAST_TTL"] = "";
    fake.environment["MCAST_CONFIG"] = "";
    CHECK(fake.send().network.ttl == 2);
}

TEST_CASE("the key has a variable that says that it is a file", "[cli]") {
    CHECK(variable_of("--key") == "MCAST_KEY_FILE");
    Sending fake;
    fake.environment["MCAST_KEY"] = "not this one";
    fake.environment["MCAST_KEY_FILE"] = "/env.key";
    fake.files[kUser] = "key = \"/user.key\"";
    CHECK(fake.send().network.key == "/env.key");
    CHECK_THAT(fake.err.str(), Catch::Contains("MCAST_KEY_FILE"));
    CHECK(Sending().send().network.key.empty());
}

TEST_CASE("a service has its key in the folder of its credentials", "[cli]") {
    Sending none;
    none.environment["CREDENTIALS_DIRECTORY"] = "/nonexistent";
    CHECK(none.send().network.key.empty());
    const std::string folder = new_folder();
    std::ofstream(folder + "/mcast.key") << "a key";
    Sending fake;
    fake.environment["CREDENTIALS_DIRECTORY"] = folder;
    CHECK(fake.send().network.key == folder + "/mcast.key");
    CHECK_THAT(fake.err.str(), Catch::Contains("defaults from the credential mcast.key"));
    fake.files[kSystem] = "key = \"/other.key\"";
    CHECK(fake.send().network.key == "/other.key");
    std::filesystem::remove_all(folder);
}

TEST_CASE("the user's file is looked for where XDG_CONFIG_HOME says, if that is absolute",
          "[cli]") {
    Sending fake;
    fake.environment["XDG_CONFIG_HOME"] = "/cfg";
    CHECK(default_files(fake.command) == Words{kSystem, "/cfg/mcast/mcsend.toml"});
    fake.environment["XDG_CONFIG_HOME"] = "cfg";
    CHECK(default_files(fake.command) == Words{kSystem, kUser});
    fake.environment.clear();
    CHECK(default_files(fake.command) == Words{kSystem});
}

TEST_CASE("what takes no value is turned on by true and off by false", "[cli]") {
    for (const auto* yes : {"true", "1", "yes", "on"}) {
        Sending fake;
        fake.environment["MCAST_QUIET"] = yes;
        fake.files[kSystem] = "";
        static_cast<void>(fake.send());
        CHECK_THAT(fake.err.str(), !Catch::Contains("defaults"));  // it is quiet
    }
    Sending off;
    off.files[kSystem] = "quiet = true";
    off.environment["MCAST_QUIET"] = "0";
    static_cast<void>(off.send());
    CHECK_THAT(off.err.str(), Catch::Contains("defaults"));
    Sending line;
    line.files[kSystem] = "quiet = true";
    static_cast<void>(line.send({"--quiet=false"}));
    CHECK_THAT(line.err.str(), Catch::Contains("defaults"));
    Sending maybe;
    maybe.environment["MCAST_QUIET"] = "maybe";
    CHECK_THAT(maybe.refused(), Catch::Contains("MCAST_QUIET: 'maybe' is neither true nor false"));
}

TEST_CASE("a wrong value names the file and line, or the variable, that it is from", "[cli]") {
    Sending file;
    file.files[kUser] = "# fast\nrate = \"12X\"";
    CHECK_THAT(file.refused(),
               Catch::StartsWith("mcsend: error: /home/me/.config/mcast/mcsend.toml, line 2: rate: "
                                 "'12X' is not a rate"));
    Sending number;
    number.environment["MCAST_TTL"] = "many";
    CHECK_THAT(number.refused(),
               Catch::StartsWith("mcsend: error: MCAST_TTL: 'many' is not a whole number"));
    Sending overruled;
    overruled.files[kUser] = "rate = \"12X\"";
    CHECK(overruled.send({"--rate", "1M"}).rate_bps == 1000000U);
}

TEST_CASE("a key that is no option, and a file that is broken, are told with the file", "[cli]") {
    const auto error = [](const std::string& text) {
        Sending fake;
        fake.files[kSystem] = text;
        return fake.refused();
    };
    CHECK_THAT(
        error("\nrecievers = 3"),
        Catch::Contains("/etc/mcast/mcsend.toml, line 2: recievers is not an option of mcsend") &&
            Catch::Contains("did you mean receivers?"));
    CHECK_THAT(error("overwrite = true"), Catch::Contains("overwrite is not an option of mcsend"));
    CHECK_THAT(error("help = true"), Catch::Contains("help is not an option"));
    CHECK_THAT(error("config = \"x\""), Catch::Contains("config is not an option"));
    CHECK_THAT(error("ttl = 1\nrate = 900M"),
               Catch::Contains("/etc/mcast/mcsend.toml, line 2, column 11: ") &&
                   Catch::Contains("text stands in quotes: rate = \"900M\""));
}

TEST_CASE("a file that was named must be there, and each that is there must be readable", "[cli]") {
    Sending named;
    CHECK_THAT(named.refused({"--config", "no.toml"}),
               Catch::Contains("--config: there is no file no.toml"));
    Sending by_variable;
    by_variable.environment["MCAST_CONFIG"] = "no.toml";
    CHECK_THAT(by_variable.refused(), Catch::Contains("MCAST_CONFIG: there is no file no.toml"));
    Sending closed;
    closed.unreadable = kSystem;
    CHECK_THAT(closed.refused(), Catch::Contains("cannot read /etc/mcast/mcsend.toml"));
}

TEST_CASE("commands, --help and --version work beside files that are broken", "[cli]") {
    for (const auto& words :
         std::vector<Words>{{"status"}, {"--help"}, {"help"}, {"--version"}, {"--help-errors"}}) {
        CAPTURE(words);
        Sending fake;
        fake.files[kSystem] = "this is not TOML";
        fake.environment["MCAST_TTL"] = "many";
        CHECK(fake.run(words) == 0);
    }
}

TEST_CASE("mcrecv list takes group and interface from the defaults, and survives broken ones",
          "[cli]") {
    FakeCommand fake(Role::receiver);
    NetworkOptions asked;
    fake.command.library.discover = [&](const NetworkOptions& network, Seconds) {
        asked = network;
        return std::vector<Offer>{};
    };
    std::string text =
        "group = \"239.1.2.3\"\ninterface = \"e0\"\ntimeout = 700\noutput = \"/srv\"";
    fake.command.read_file = [&](const std::string& path) -> Result<std::optional<std::string>> {
        return path == "/etc/mcast/mcrecv.toml" ? std::optional{text} : std::nullopt;
    };
    CHECK(fake.run({"list", "-i", "e1"}) == 3);
    CHECK(asked.group == "239.1.2.3");
    CHECK(asked.interface == "e1");
    text = "broken";
    CHECK(fake.run({"list"}) == 3);
    CHECK_THAT(fake.err.str(), Catch::Contains("warning: /etc/mcast/mcrecv.toml, line 1, column "));
}

TEST_CASE("every option of a transfer has a variable, but for those that have a reason", "[cli]") {
    Words without;
    for (const auto role : {Role::sender, Role::receiver}) {
        for (const auto& flag : grammar_of(role).transfer.flags) {
            if (!variable_of(flag.long_name).empty()) continue;
            if (std::ranges::find(without, flag.long_name) == without.end()) {
                without.push_back(flag.long_name);
            }
        }
    }
    std::ranges::sort(without);
    CHECK(without == Words{"--digest", "--help", "--help-errors", "--meta", "--version"});
    CHECK(variable_of("--on-slow") == "MCAST_ON_SLOW");
    for (const auto* name : {"status", "name", "path", "sender", "error", "runtime-dir", "batch"}) {
        CHECK(variable_of(std::string("--") + name).empty());
    }
}

TEST_CASE("names are enumerated as in a sentence", "[cli]") {
    CHECK(enumerated({}).empty());
    CHECK(enumerated({"a"}) == "a");
    CHECK(enumerated({"a", "b", "c"}) == "a, b and c");
}
