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
            ++listed;
            if (after_listing) after_listing(listed);
            return sessions;
        };
        command.library.query = [this](std::string_view session, Role role) -> Result<Status> {
            for (const auto& status : sessions) {
                if (status.session.starts_with(session) && status.role == role) return status;
            }
            return fail(ErrorCode::no_such_session, "there is no session " + std::string(session));
        };
        command.library.watch = [this](std::string_view session, Role,
                                       const std::function<bool(const Status&)>& each) {
            watched = session;
            for (const auto& status : changes) {
                if (!each(status)) break;
            }
            return Result<void>{};
        };
    }
    std::vector<Status> sessions;
    std::vector<Status> changes;
    std::string watched;
    int listed = 0;
    std::function<void(int)> after_listing;
};

Status at(int percent) {
    auto status = running();
    status.percent = percent;
    return status;
}

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

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

TEST_CASE("status without any sessions says so, or is an empty array", "[cli]") {
    Sessions fake({});
    CHECK(fake.run({"status"}) == 0);
    CHECK(fake.run({"status", "--json"}) == 0);
    CHECK(fake.out.str() == "no sessions\n[]\n");
}

TEST_CASE("status --watch of a session draws each change and ends with the last", "[cli]") {
    Sessions fake({running()});
    fake.changes = {at(43), at(50), succeeded()};
    CHECK(fake.run({"status", "5f0c", "--watch", "--json"}) == 0);
    CHECK(fake.watched == "5f0c2a91");
    CHECK(fake.out.str() == "{5f0c2a91}\n{5f0c2a91}\n{5f0c2a91}\n");
}

TEST_CASE("status --watch SECONDS leaves out changes in between but never the end", "[cli]") {
    Sessions fake({running()});
    // The clock moves on by a second for each.
    fake.changes = {at(1), at(2), at(3), at(4), at(5), succeeded()};
    CHECK(fake.run({"status", "5f0c", "--json", "--watch", "3"}) == 0);
    CHECK(times(fake.out.str(), "{5f0c2a91}") == 3);
}

TEST_CASE("status --watch of all looks each second until all have ended", "[cli]") {
    Sessions fake({running()});
    fake.after_listing = [&fake](int count) {
        if (count == 3) fake.sessions = {succeeded()};
    };
    CHECK(fake.run({"status", "--watch"}) == 0);
    CHECK(fake.slept == std::vector<double>{1, 1});
    CHECK(fake.listed == 3);
    CHECK(times(fake.out.str(), "ID ") == 3);
}

TEST_CASE("on a terminal a watched status is drawn over the one before", "[cli]") {
    Sessions fake({running()});
    fake.command.out_is_terminal = true;
    fake.after_listing = [&fake](int count) {
        if (count == 2) fake.sessions = {succeeded()};
    };
    CHECK(fake.run({"status", "--watch"}) == 0);
    CHECK(times(fake.out.str(), "\x1b[2A\x1b[J") == 1);
}

TEST_CASE("a list of sessions that cannot be read is an error", "[cli]") {
    FakeCommand fake(Role::receiver);
    fake.command.library.list = [](std::optional<Role>) -> Result<std::vector<Status>> {
        return fail(ErrorCode::permission, "/run/mcast belongs to someone else");
    };
    CHECK(fake.run({"status"}) == 6);
}
