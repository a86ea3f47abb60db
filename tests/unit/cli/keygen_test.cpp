// SPDX-License-Identifier: MIT
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

namespace {

struct Keygen : FakeCommand {
    explicit Keygen(Result<std::string> answer) : FakeCommand(Role::sender) {
        command.library.make_key = [this, answer](const std::string& path) {
            made = path;
            return answer;
        };
    }
    std::string made;
};

}  // namespace

TEST_CASE("keygen prints the path of the key, and says what to do with it", "[cli]") {
    Keygen fake("e639");
    CHECK(fake.run({"keygen", "lab.key"}) == 0);
    CHECK(fake.made == "lab.key");
    CHECK(fake.out.str() == "lab.key\n");
    CHECK_THAT(fake.err.str(), Catch::Contains("lab.key holds a new key, e639") &&
                                   Catch::Contains("mcrecv --key lab.key"));
}

TEST_CASE("a key is called mcast.key unless it gets a name", "[cli]") {
    Keygen fake("e639");
    CHECK(fake.run({"keygen", "-q"}) == 0);
    CHECK(fake.made == "mcast.key");
    CHECK(fake.err.str().empty());
}

TEST_CASE("keygen ends with the error of the file", "[cli]") {
    Keygen fake(fail(ErrorCode::exists, "cannot make the key mcast.key: it exists"));
    CHECK(fake.run({"keygen"}) == 6);
    CHECK(fake.out.str().empty());
    CHECK_THAT(fake.err.str(), Catch::Contains("(exists)"));
}
