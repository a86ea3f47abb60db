// SPDX-License-Identifier: MIT
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

namespace {

struct Sessions : FakeCommand {
    explicit Sessions(std::vector<Status> all) : FakeCommand(Role::sender), sessions(all) {
        command.library.list = [this](std::optional<Role> role) -> Result<std::vector<Status>> {
            CHECK_FALSE(role);
            return sessions;
        };
        command.library.query = [this](std::string_view session, Role role) -> Result<Status> {
            for (const auto& status : sessions) {
                if (status.session.starts_with(session) && status.role == role) return status;
            }
            return fail(ErrorCode::no_such_session, "there is no session " + std::string(session));
        };
    }
    std::vector<Status> sessions;
};

}  // namespace

TEST_CASE("status without a session lists those of both roles and exits with 0", "[cli]") {
    auto other = failed(ErrorCode::sender_lost, "10.0.0.5 fell silent", Role::receiver);
    other.session = "77aa01bc";
    Sessions fake({running(), other});
    CHECK(fake.run({"status"}) == 0);
    CHECK_THAT(fake.out.str(), Catch::Contains("5f0c2a91") && Catch::Contains("77aa01bc"));
    CHECK(fake.err.str().empty());
}

TEST_CASE("status of a failed session exits with 0, for it was answered", "[cli]") {
    Sessions fake({failed(ErrorCode::no_space)});
    CHECK(fake.run({"status", "5f0c"}) == 0);
    CHECK_THAT(fake.out.str(), Catch::Contains("failed at 43 %"));
}

TEST_CASE("status of no such session exits with 5", "[cli]") {
    Sessions fake({running()});
    CHECK(fake.run({"status", "beef"}) == 5);
    CHECK(fake.out.str().empty());
    CHECK_THAT(fake.err.str(), Catch::Contains("there is no session beef (no_such_session)"));
}

TEST_CASE("mcsend status shows a receiver's session that is named", "[cli]") {
    Sessions fake({running(Role::receiver)});
    CHECK(fake.run({"status", "5f0c"}) == 0);
    CHECK_THAT(fake.out.str(), Catch::Contains("receiver"));
}

TEST_CASE("status --json is an array without a session and an object with one", "[cli]") {
    auto other = running();
    other.session = "77aa01bc";
    Sessions fake({running(), other});
    CHECK(fake.run({"status", "--json"}) == 0);
    CHECK(fake.run({"status", "77", "--json"}) == 0);
    CHECK(fake.out.str() == "[{5f0c2a91},{77aa01bc}]\n{77aa01bc}\n");
}

TEST_CASE("status leaves out what ended more than a day ago, and says how many", "[cli]") {
    auto old = succeeded();
    old.session = "77aa01bc";
    old.ended = old.started + std::chrono::seconds(5);
    auto died = failed(ErrorCode::process_died);
    died.session = "88aa01bc";
    auto long_run = running();
    Sessions fake({long_run, old, died});
    fake.date = old.started + std::chrono::hours(24);
    CHECK(fake.run({"status"}) == 0);
    CHECK_THAT(fake.out.str(), Catch::Contains("77aa01bc") && !Catch::Contains("older"));
    fake.out.str("");
    fake.date += std::chrono::seconds(6);
    CHECK(fake.run({"status"}) == 0);
    CHECK_THAT(fake.out.str(), Catch::Contains("5f0c2a91") && !Catch::Contains("77aa01bc") &&
                                   Catch::Contains("\n2 older sessions, not shown: --all"));
    fake.out.str("");
    CHECK(fake.run({"status", "--all"}) == 0);
    CHECK_THAT(fake.out.str(), Catch::Contains("77aa01bc") && Catch::Contains("88aa01bc") &&
                                   !Catch::Contains("older"));
    fake.out.str("");
    CHECK(fake.run({"status", "--json"}) == 0);
    CHECK(fake.out.str() == "[{5f0c2a91},{77aa01bc},{88aa01bc}]\n");
    fake.out.str("");
    fake.sessions = {old};
    CHECK(fake.run({"status"}) == 0);
    CHECK_THAT(fake.out.str(),
               Catch::StartsWith("no sessions in the last 24 hours\n1 older session, not shown"));
}

TEST_CASE("a table is cut to a terminal or to COLUMNS, and never in a pipe", "[cli]") {
    auto named = running();
    named.name = std::string(100, 'n');
    Sessions fake({named});
    CHECK(fake.run({"status"}) == 0);
    CHECK_THAT(fake.out.str(), Catch::Contains(named.name));
    for (const bool terminal : {false, true}) {
        fake.out.str("");
        fake.command.out_is_terminal = terminal;
        if (!terminal) fake.environment["COLUMNS"] = "70";
        CHECK(fake.run({"status"}) == 0);
        CHECK_THAT(fake.out.str(), !Catch::Contains(named.name) && Catch::Contains(".."));
    }
}

TEST_CASE("status without any sessions says so, or is an empty array", "[cli]") {
    Sessions fake({});
    CHECK(fake.run({"status"}) == 0);
    CHECK(fake.run({"status", "--json"}) == 0);
    CHECK(fake.out.str() == "no sessions\n[]\n");
}

TEST_CASE("receivers is the table of one session's receivers alone, or that as JSON", "[cli]") {
    auto status = running();
    status.receivers = {receiver("0a4d0002", "lab-02", State::in_progress)};
    Sessions fake({status});
    CHECK(fake.run({"receivers", "5f0c"}) == 0);
    CHECK_THAT(fake.out.str(), Catch::StartsWith("RECEIVER ") && Catch::Contains("lab-02"));
    fake.out.str("");
    CHECK(fake.run({"receivers", "--json"}) == 0);
    CHECK(fake.out.str() == "{receivers of 5f0c2a91}\n");
    CHECK(fake.run({"receivers", "beef"}) == 5);
}

TEST_CASE("receivers of a session that nobody joined says so", "[cli]") {
    Sessions fake({running()});
    CHECK(fake.run({"receivers"}) == 0);
    CHECK(fake.out.str() == "no receivers\n");
}

TEST_CASE("a list of sessions that cannot be read is an error", "[cli]") {
    FakeCommand fake(Role::receiver);
    fake.command.library.list = [](std::optional<Role>) -> Result<std::vector<Status>> {
        return fail(ErrorCode::permission, "/run/mcast belongs to someone else");
    };
    CHECK(fake.run({"status"}) == 6);
}
