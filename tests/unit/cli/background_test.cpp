// SPDX-License-Identifier: MIT
//
// --background as the tools see it; that the process has left its terminal is for a system test.
#include <filesystem>
#include <fstream>

#include "cli/view/follow.hpp"
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;
using Kind = Event::Kind;

namespace {

const OutputOptions kBackground{.background = true};

StartSession telling(std::vector<Event> events) {
    return [events](const Observer& observer) -> Result<std::unique_ptr<Session>> {
        for (const auto& event : events) observer(event);
        return std::make_unique<FakeSession>(running());
    };
}

StartSession ending(const Status& end) {
    return telling({told(Kind::chosen, running(), "via eth0"), told(Kind::start, running()),
                    told(Kind::end, end)});
}

}  // namespace

TEST_CASE("in the background a session tells what it chose and its id, and no more", "[cli]") {
    FakeCommand fake(Role::sender);
    CHECK(follow(fake.command, kBackground, ending(succeeded())) == 0);
    CHECK(fake.out.str() == "5f0c2a91\n");
    CHECK(fake.err.str() == "mcsend: session 5f0c2a91: via eth0\n[left the terminal]\n");
}

TEST_CASE("in the background with --json the id comes in an object, alone", "[cli]") {
    FakeCommand fake(Role::sender);
    auto output = kBackground;
    output.json = true;
    CHECK(follow(fake.command, output, ending(succeeded())) == 0);
    CHECK(fake.out.str() == "{5f0c2a91}\n");
}

TEST_CASE("a session that cannot begin never goes to the background", "[cli]") {
    for (const auto& row : error_table()) {
        FakeCommand fake(Role::sender);
        const auto start = [&row](const Observer&) -> Result<std::unique_ptr<Session>> {
            return fail(row.code, "x is not there");
        };
        CHECK(follow(fake.command, kBackground, start) == row.exit_status);
        CHECK_THAT(fake.err.str(), Catch::Contains("x is not there") && !Catch::Contains("left"));
        CHECK(fake.out.str().empty());
    }
}

TEST_CASE("a session that fails before it has chosen fails in front", "[cli]") {
    FakeCommand fake(Role::sender);
    const auto start = telling({told(Kind::end, failed(ErrorCode::no_space))});
    CHECK(follow(fake.command, kBackground, start) == 6);
    CHECK_THAT(fake.err.str(), Catch::Contains("(no_space)") && !Catch::Contains("left"));
    CHECK(fake.out.str().empty());
}

TEST_CASE("a session that nobody learnt the id of is cancelled", "[cli]") {
    FakeCommand fake(Role::sender);
    fake.front_is_gone = true;
    bool cancelled = false;
    const auto start = [&](const Observer& observer) -> Result<std::unique_ptr<Session>> {
        observer(told(Kind::chosen, running(), "via eth0"));
        auto session = std::make_unique<FakeSession>(running());
        session->on_cancel = [&cancelled, observer](std::string_view) {
            cancelled = true;
            observer(told(Kind::end, failed(ErrorCode::cancelled)));
        };
        return session;
    };
    CHECK(follow(fake.command, kBackground, start) == 1);
    CHECK(cancelled);
}

TEST_CASE("the id is in its file before a session says what it chose", "[cli]") {
    FakeCommand fake(Role::sender);
    OutputOptions output;
    output.id_file = std::filesystem::temp_directory_path() /
                     ("mcast-id-" + std::to_string(reinterpret_cast<std::uintptr_t>(&fake)));
    CHECK(follow(fake.command, output, ending(succeeded())) == 0);
    std::string id;
    std::ifstream(output.id_file) >> id;
    CHECK(id == "5f0c2a91");
    std::ofstream(output.id_file) << "a file of somebody's";
    FakeCommand other(Role::sender);
    CHECK(follow(other.command, output, ending(succeeded())) == 6);
    CHECK_THAT(other.err.str(),
               Catch::Contains("name another --id-file") && !Catch::Contains("--output"));
    std::filesystem::remove(output.id_file);
}

TEST_CASE("a receiver does not take standard output along to the background", "[cli]") {
    FakeCommand fake(Role::receiver);
    CHECK(fake.run({"--background", "-o", "-"}) == 2);
    CHECK_THAT(fake.err.str(), Catch::Contains("--background leaves standard output behind"));
}
