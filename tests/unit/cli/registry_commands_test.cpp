// SPDX-License-Identifier: MIT
#include <algorithm>

#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

// wait, cancel, close, start, drain, rate, detach: what is asked of the registry, what is said, and
// how it exits.
namespace {

struct Registry : FakeCommand {
    explicit Registry(Role role = Role::sender) : FakeCommand(role) {
        auto& library = command.library;
        library.await = [this](std::string_view session, Role asked,
                               std::optional<Seconds>) -> Result<Status> {
            calls.push_back("await " + std::string(session));
            auto status = found.value_or(running(asked));
            if (session == "77aa") status.session = "77aa01bc";
            if (error) return std::unexpected(*error);
            if (asked != owner) return fail(ErrorCode::no_such_session, "no such session");
            return status;
        };
        library.query = [this](std::string_view, Role asked) -> Result<Status> {
            return found.value_or(running(asked));
        };
        library.wait = [this](std::string_view session, Role,
                              std::optional<Seconds> limit) -> Result<Status> {
            calls.push_back("wait " + std::string(session) + (limit ? " limited" : ""));
            if (wait_error && session == "5f0c2a91") return std::unexpected(*wait_error);
            return session == "77aa01bc" ? other_outcome : outcome;
        };
        library.cancel = [this](std::string_view session, Role, std::string_view reason) {
            return answer("cancel " + std::string(session) + " " + std::string(reason));
        };
        library.close = [this](std::string_view session, Role) {
            return answer("close " + std::string(session));
        };
        library.force_close = [this](std::string_view session, Role) {
            return answer("force_close " + std::string(session));
        };
        library.close_ended = [this]() -> Result<std::size_t> {
            if (error) return std::unexpected(*error);
            return 3U;
        };
        library.begin = [this](std::string_view session) {
            return answer("begin " + std::string(session));
        };
        library.drain = [this](std::string_view session) {
            return answer("drain " + std::string(session));
        };
        library.set_rate = [this](std::string_view session, std::optional<std::uint64_t> bps) {
            return answer("rate " + std::string(session) + " " +
                          (bps ? std::to_string(*bps) : "auto"));
        };
        library.detach = [this](std::string_view session, std::string_view receiver) {
            return answer("detach " + std::string(session) + " " + std::string(receiver));
        };
    }
    Result<void> answer(std::string call) {
        calls.push_back(std::move(call));
        if (error) return std::unexpected(*error);
        return {};
    }
    std::vector<std::string> calls;
    std::optional<Error> error;
    std::optional<Error> wait_error;
    std::optional<Status> found;
    Status outcome = succeeded();
    Status other_outcome = succeeded();
    Role owner = command.role;
};

struct Case {
    std::vector<std::string> words;
    std::string call;
    std::string said;
};

const std::vector<Case> kCases{
    {{"cancel", "5f0c"}, "cancel 5f0c ", "mcsend: cancelling 5f0c\n"},
    {{"cancel", "--reason", "late"}, "cancel  late", "mcsend: cancelling the session\n"},
    {{"close", "5f0c"}, "close 5f0c", "mcsend: closed 5f0c\n"},
    {{"close", "5f0c", "--force"}, "force_close 5f0c", "mcsend: closed 5f0c\n"},
    {{"start", "5f0c"}, "begin 5f0c", "mcsend: started 5f0c\n"},
    {{"drain"}, "drain ", "mcsend: no more receivers for the session\n"},
    {{"rate", "5f0c", "2.5G"}, "rate 5f0c 2500000000", "mcsend: rate of 5f0c set to 2.5 Gbit/s\n"},
    {{"rate", "auto"}, "rate  auto", "mcsend: rate of the session set to auto\n"},
    {{"detach", "5f0c", "lab-02"}, "detach 5f0c lab-02", "mcsend: detached lab-02 from 5f0c\n"},
    {{"detach", "lab-02"}, "detach  lab-02", "mcsend: detached lab-02 from the session\n"},
};

}  // namespace

TEST_CASE("a command asks the registry once, says so in one line and exits with 0", "[cli]") {
    for (const auto& one : kCases) {
        CAPTURE(one.words);
        Registry fake;
        CHECK(fake.run(one.words) == 0);
        CHECK(fake.calls == std::vector{one.call});
        CHECK(fake.err.str() == one.said);
        CHECK(fake.out.str().empty());
    }
}

TEST_CASE("a command that is told to be quiet says nothing on success", "[cli]") {
    for (auto one : kCases) {
        Registry fake;
        one.words.emplace_back("-q");
        CHECK(fake.run(one.words) == 0);
        CHECK(fake.err.str().empty());
    }
}

TEST_CASE("a command exits with the status of every error of the table", "[cli]") {
    for (const auto& one : kCases) {
        for (const auto& row : error_table()) {
            CAPTURE(one.words, row.name);
            Registry fake;
            fake.error = Error{row.code, 0, "no"};
            CHECK(fake.run(one.words) == row.exit_status);
            CHECK_THAT(fake.err.str(),
                       Catch::StartsWith("mcsend: error: no (" + std::string(row.name) + ")"));
        }
    }
}

TEST_CASE("a rate at which the rest of a running transfer takes days is warned of", "[cli]") {
    Registry fake;
    CHECK(fake.run({"rate", "5f0c", "2k"}) == 0);
    CHECK(fake.err.str() ==
          "mcsend: rate of 5f0c set to 2.0 kbit/s\n"
          "mcsend: warning: at 2.0 kbit/s the rest of image.raw (580 MiB) takes 28.1 days\n");
    Registry little_left;
    little_left.found = running();
    little_left.found->bytes_done = *little_left.found->bytes_total - 1000;
    CHECK(little_left.run({"rate", "5f0c", "2k"}) == 0);
    CHECK_THAT(little_left.err.str(), !Catch::Contains("warning"));
    Registry ended;
    ended.found = succeeded();
    ended.found->bytes_done = 0;
    CHECK(ended.run({"rate", "5f0c", "2k"}) == 0);
    CHECK_THAT(ended.err.str(), !Catch::Contains("warning"));
}

TEST_CASE("detach of a receiver that is not there says where to look them up", "[cli]") {
    Registry fake;
    fake.error = Error{ErrorCode::usage, 0, "no receiver nobody is in progress"};
    CHECK(fake.run({"detach", "5f0c", "nobody"}) == 2);
    CHECK(fake.err.str() ==
          "mcsend: error: no receiver nobody is in progress (usage)\n"
          "mcsend: hint: mcsend receivers lists them by id and host\n");
}

TEST_CASE("close --ended says how many were closed", "[cli]") {
    Registry fake;
    CHECK(fake.run({"close", "--ended"}) == 0);
    CHECK(fake.err.str() == "mcsend: closed 3 sessions\n");
}

TEST_CASE("wait exits as the session did", "[cli]") {
    Registry fake;
    CHECK(fake.run({"wait", "5f0c"}) == 0);
    CHECK(fake.calls == std::vector<std::string>{"await 5f0c", "wait 5f0c2a91"});
    for (const auto& row : error_table()) {
        fake.outcome = failed(row.code);
        CHECK(fake.run({"wait"}) == row.exit_status);
    }
}

TEST_CASE("wait that timed out exits with 8 and says that the session goes on", "[cli]") {
    Registry fake;
    fake.wait_error = Error{ErrorCode::wait_timed_out, 0, ""};
    CHECK(fake.run({"wait", "5f0c", "--timeout", "0.1"}) == 8);
    CHECK(fake.calls.back() == "wait 5f0c2a91 limited");
    CHECK(fake.err.str() == "mcsend: error: the session goes on (wait_timed_out)\n");
}

TEST_CASE("wait for a session that does not exist exits with 5", "[cli]") {
    Registry fake;
    fake.error = Error{ErrorCode::no_such_session, 0, "there is no session 5f0c"};
    CHECK(fake.run({"wait", "5f0c"}) == 5);
}

TEST_CASE("wait finds a session of the other role when it is named", "[cli]") {
    Registry fake(Role::sender);
    fake.owner = Role::receiver;
    CHECK(fake.run({"wait", "5f0c"}) == 0);
    CHECK(fake.run({"wait"}) == 5);
}

TEST_CASE("wait --json prints the final status alone on standard output", "[cli]") {
    Registry fake;
    CHECK(fake.run({"wait", "--json", "-q"}) == 0);
    CHECK(fake.out.str() == "{5f0c2a91}\n");
    CHECK(fake.err.str().empty());
}

TEST_CASE("wait says how long ago a session ended that it did not see", "[cli]") {
    Registry fake;
    fake.found = fake.outcome;
    fake.found->ended = fake.date - std::chrono::hours(3) - std::chrono::minutes(59);
    CHECK(fake.run({"wait", "image.raw"}) == 0);
    CHECK_THAT(fake.err.str(),
               Catch::StartsWith("mcsend: session 5f0c2a91 of image.raw ended 3 hours ago\n"));
    fake.err.str("");
    fake.found->ended.reset();
    fake.found->started = fake.date - std::chrono::hours(50);
    CHECK(fake.run({"wait", "image.raw"}) == 0);
    CHECK_THAT(fake.err.str(),
               Catch::StartsWith("mcsend: session 5f0c2a91 of image.raw began 2 days ago\n"));
    fake.err.str("");
    CHECK(fake.run({"wait", "5f0c"}) == 0);
    fake.found.reset();
    CHECK(fake.run({"wait", "image.raw"}) == 0);
    CHECK_THAT(fake.err.str(), !Catch::Contains("ago"));
}

TEST_CASE("wait for several tells each of them and exits as the first that failed", "[cli]") {
    Registry fake;
    fake.other_outcome = failed(ErrorCode::no_space);
    CHECK(fake.run({"wait", "5f0c", "77aa", "--json", "-q"}) == 6);
    CHECK(fake.calls ==
          std::vector<std::string>{"await 5f0c", "await 77aa", "wait 5f0c2a91", "wait 77aa01bc"});
    CHECK(fake.out.str() == "{5f0c2a91}\n{5f0c2a91}\n");
    fake.outcome = failed(ErrorCode::no_sender);
    CHECK(fake.run({"wait", "5f0c", "77aa", "-q"}) == 3);
}

TEST_CASE("wait for several at its time-out tells those that ended and exits with 8", "[cli]") {
    Registry fake;
    fake.wait_error = Error{ErrorCode::wait_timed_out, 0, "session 5f0c2a91 goes on"};
    fake.other_outcome = failed(ErrorCode::no_space, "the disk is full");
    CHECK(fake.run({"wait", "5f0c", "77aa", "--timeout", "0.1"}) == 8);
    CHECK_THAT(fake.err.str(), Catch::Contains("5f0c2a91 goes on") &&
                                   Catch::Contains("the disk is full (no_space)"));
}

TEST_CASE("wait for several of which one is not there waits for none", "[cli]") {
    Registry fake(Role::sender);
    fake.owner = Role::receiver;
    fake.error = Error{ErrorCode::no_such_session, 0, "there is no session 5f0c"};
    CHECK(fake.run({"wait", "5f0c", "77aa"}) == 5);
    CHECK(std::ranges::none_of(fake.calls, [](const auto& c) { return c.starts_with("wait"); }));
}
