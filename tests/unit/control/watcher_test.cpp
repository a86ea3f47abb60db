// SPDX-License-Identifier: MIT
#include <algorithm>

#include <mcast/registry.hpp>

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using namespace mcast::control::test;

// One watcher over several sessions. Waits below are bounds beyond which something hangs.
namespace {

std::unique_ptr<registry::Watcher> watcher(const std::vector<std::string>& sessions = {}) {
    return registry::watch_all(sessions).value();
}

template <typename Condition>
bool comes_true(registry::Watcher& watcher, Condition condition) {
    const auto deadline = soon();
    while (Client::Clock::now() < deadline) {
        if (condition(watcher.sessions())) return true;
        (void)watcher.wait(std::chrono::seconds(20));
    }
    return false;
}

std::vector<std::string> ids(const std::vector<Status>& sessions) {
    std::vector<std::string> all;
    for (const auto& status : sessions) all.push_back(status.session);
    std::ranges::sort(all);
    return all;
}

}  // namespace

TEST_CASE("a watcher knows all sessions at once and hears what each of them publishes",
          "[control]") {
    const RuntimeDirectory directory;
    FakeSession one(directory.path, a_status("11111111"));
    FakeSession two(directory.path, a_status("22222222", Role::receiver));
    const auto watching = watcher();
    CHECK(ids(watching->sessions()) == std::vector<std::string>{"11111111", "22222222"});
    for (auto* session : {&one, &two}) {
        session->keeper.update([](Status& s) { s.bytes_done = 500; });
        session->publish(Event::Kind::interval);
    }
    CHECK(comes_true(*watching, [](const auto& sessions) {
        return std::ranges::all_of(sessions, [](const Status& s) { return s.percent == 50; });
    }));
}

TEST_CASE("a watcher asks nothing again: what is not published it does not see", "[control]") {
    const RuntimeDirectory directory;
    FakeSession session(directory.path);
    const auto watching = watcher();
    REQUIRE(watching->wait(std::chrono::seconds(20)));  // the status at subscribing
    session.keeper.update([](Status& s) { s.bytes_done = 500; });
    CHECK_FALSE(watching->wait(std::chrono::milliseconds(250)));
    CHECK(watching->sessions().front().percent == 0);
}

TEST_CASE("a watcher sees who joins at once, and all receivers with the next interval",
          "[control]") {
    const RuntimeDirectory directory;
    FakeSession session(directory.path);
    const auto watching = watcher();
    REQUIRE(watching->wait(std::chrono::seconds(20)));  // the status at subscribing
    const auto hosts = [](const auto& sessions) {
        std::string all;
        for (const auto& r : sessions.front().receivers) all += r.host + " ";
        return all;
    };
    ReceiverStatus row;
    row.id = "0a4d0001";
    row.host = "lab-01";
    session.publish_row(Event::Kind::join, row);
    CHECK(comes_true(*watching, [&](const auto& all) { return hosts(all) == "lab-01 "; }));
    ReceiverStatus other = row;
    other.id = "0a4d0002";
    other.host = "lab-02";
    session.keeper.update([&](Status& s) { s.receivers = {row, other}; });
    session.publish(Event::Kind::interval);
    CHECK(comes_true(*watching, [&](const auto& all) { return hosts(all) == "lab-01 lab-02 "; }));
}

TEST_CASE("a session that begins while all are watched is followed, and goes when it is closed",
          "[control]") {
    const RuntimeDirectory directory;
    const auto watching = watcher();
    CHECK(watching->sessions().empty());
    FakeSession session(directory.path);
    REQUIRE(comes_true(*watching, [](const auto& sessions) { return sessions.size() == 1; }));
    session.keeper.update([](Status& s) { s.bytes_done = 500; });
    // Again and again, for the watcher subscribes in its own time.
    CHECK(comes_true(*watching, [&](const auto& sessions) {
        session.publish(Event::Kind::interval);
        return sessions.front().percent == 50;
    }));
    session.end_well();
    REQUIRE(comes_true(
        *watching, [](const auto& sessions) { return sessions.front().state == State::success; }));
    CHECK(registry::close("5f0c2a91", Role::sender));
    CHECK(comes_true(*watching, [](const auto& sessions) { return sessions.empty(); }));
}

TEST_CASE("a watcher of named sessions follows no others and keeps one that is closed",
          "[control]") {
    const RuntimeDirectory directory;
    FakeSession one(directory.path, a_status("11111111"));
    const auto watching = watcher({"11111111", "0badcafe"});
    FakeSession two(directory.path, a_status("22222222"));
    one.end_well();
    REQUIRE(comes_true(
        *watching, [](const auto& sessions) { return sessions.front().state == State::success; }));
    CHECK(registry::close("11111111", Role::sender));
    CHECK_FALSE(watching->wait(std::chrono::milliseconds(50)));
    CHECK(ids(watching->sessions()) == std::vector<std::string>{"11111111"});
}

TEST_CASE("a session whose socket goes away without a last word is looked up in its record",
          "[control]") {
    const RuntimeDirectory directory;
    auto session = std::make_unique<FakeSession>(directory.path);
    const auto watching = watcher();
    session->keeper.succeed();
    REQUIRE(session->record.finish(session->keeper.snapshot()));
    session.reset();
    CHECK(comes_true(
        *watching, [](const auto& sessions) { return sessions.front().state == State::success; }));
}

TEST_CASE("a running session whose entry somebody takes away is no longer watched", "[control]") {
    const RuntimeDirectory directory;
    auto session = std::make_unique<FakeSession>(directory.path);
    const auto watching = watcher({"5f0c2a91"});
    REQUIRE(watching->sessions().size() == 1);
    session->record.remove();
    session.reset();
    while (!watching->sessions().empty()) REQUIRE(watching->wait(std::chrono::seconds(20)));
}

TEST_CASE("a session that takes subscribers only later is followed from then on", "[control]") {
    const RuntimeDirectory directory;
    StatusKeeper keeper(a_status(), fixed_clocks());
    auto record = SessionRecord::create(directory.path, keeper.snapshot()).value();
    const auto watching = watcher();
    REQUIRE(watching->sessions().size() == 1);
    Handlers handlers;
    handlers.status = [&keeper] { return keeper.snapshot(); };
    const auto server = ControlServer::start(directory.path, "5f0c2a91", handlers).value();
    keeper.update([](Status& s) { s.bytes_done = 700; });
    CHECK(
        comes_true(*watching, [](const auto& sessions) { return sessions.front().percent == 70; }));
}
