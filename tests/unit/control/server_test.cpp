// SPDX-License-Identifier: MIT
//
// The control socket in ordinary use; hostile_client_test.cpp is about the rest.
#include "control/server.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <sys/socket.h>

#include "control/request_handler.hpp"
#include "control/rpc.hpp"
#include "control/status_json.hpp"
#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using namespace mcast::control::test;
using rpc::Method;

namespace {

Client subscriber(const RuntimeDirectory& directory) {
    auto client = connect(directory);
    REQUIRE(client.send(rpc::request_line(1, Method::subscribe), soon()));
    REQUIRE_FALSE(client.receive(soon()).value().is_event);
    return client;
}

/// All events until the connection is closed.
std::vector<Event> all_events(Client& client) {
    std::vector<Event> events;
    while (auto reply = client.receive(soon())) {
        if (reply->is_event) events.push_back(parse_event(reply->value).value());
    }
    return events;
}

}  // namespace

TEST_CASE("a session answers status with its snapshot", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    session.keeper.update([](Status& s) { s.bytes_done = 430; });
    auto client = connect(directory);
    const auto result = client.call(Method::status, nullptr, soon());
    CHECK(parse_status(result.value()).value() == session.keeper.snapshot());
}

TEST_CASE("the socket is for its owner only, and gone after the session", "[control]") {
    RuntimeDirectory directory;
    {
        FakeSession session(directory.path);
        struct stat info{};
        REQUIRE(::stat((directory.path + "/5f0c2a91.sock").c_str(), &info) == 0);
        CHECK((info.st_mode & 0777) == 0600);
    }
    CHECK_FALSE(directory.has("5f0c2a91.sock"));
}

TEST_CASE("a socket that is there already is not taken over", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    const auto second = ControlServer::start(directory.path, "5f0c2a91", session.handlers());
    CHECK(second.error().code == ErrorCode::exists);
    CHECK(connect(directory).call(Method::status, nullptr, soon()));
}

TEST_CASE("a path that is too long for a socket is named", "[control]") {
    const auto server =
        ControlServer::start("/tmp/" + std::string(100, 'x'), "5f0c2a91", Handlers{});
    CHECK(server.error().code == ErrorCode::usage);
}

TEST_CASE("a folder that is not there is an error and no crash", "[control]") {
    const auto server = ControlServer::start("/tmp/mcast-no-such-folder", "5f0c2a91", Handlers{});
    CHECK(server.error().code == ErrorCode::not_found);
}

TEST_CASE("commands reach the session with their parameters", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    auto client = connect(directory);
    CHECK(client.call(Method::set_rate, Json{{"bps", 900}}, soon()));
    CHECK(session.rate == 900);
    CHECK(client.call(Method::start, nullptr, soon()).error().code == ErrorCode::no_receivers);
    CHECK(client.call(Method::close, nullptr, soon()).error().code == ErrorCode::still_running);
    CHECK(client.call(Method::cancel, Json{{"reason", "lunch"}}, soon()));
    CHECK(session.keeper.snapshot().error == Error{ErrorCode::cancelled, 0, "lunch"});
    CHECK(client.call(Method::cancel, nullptr, soon()).error().code == ErrorCode::too_late);
}

TEST_CASE("requests sent at once are answered one by one and in order", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    auto client = connect(directory);
    std::string many;
    for (int i = 0; i < 200; ++i) many += rpc::request_line(i, Method::status);
    REQUIRE(client.send(many, soon()));
    for (int i = 0; i < 200; ++i) REQUIRE(client.receive(soon()));
}

TEST_CASE("a subscriber is told the status at once, and every event after it", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    auto client = subscriber(directory);
    const auto first = parse_event(client.receive(soon()).value().value).value();
    CHECK(first.kind == Event::Kind::interval);
    CHECK(first.status->percent == 0);
    session.publish(Event::Kind::warning, "a foreign sender");
    const auto second = parse_event(client.receive(soon()).value().value).value();
    CHECK(second.kind == Event::Kind::warning);
    CHECK(second.text == "a foreign sender");
}

TEST_CASE("every subscriber gets the end, once, as the last event, before the socket closes",
          "[control]") {
    RuntimeDirectory directory;
    std::vector<Client> clients;
    {
        FakeSession session(directory.path);
        for (int i = 0; i < 5; ++i) clients.push_back(subscriber(directory));
        for (int i = 0; i < 10; ++i) session.publish(Event::Kind::interval);
        session.end_well();
        session.publish(Event::Kind::interval);
        session.publish(Event::Kind::end);
    }
    for (auto& client : clients) {
        const auto events = all_events(client);
        REQUIRE(events.size() == 12);
        CHECK(events.back().kind == Event::Kind::end);
        CHECK(events.back().status->state == State::success);
    }
}

TEST_CASE("who subscribes after the end is told the end and nothing else", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    session.end_well();
    auto client = connect(directory);
    REQUIRE(client.send(rpc::request_line(1, Method::subscribe), soon()));
    const auto events = all_events(client);
    REQUIRE(events.size() == 1);
    CHECK(events.front().kind == Event::Kind::end);
}

TEST_CASE("a subscriber that has closed its side of the connection still hears the end",
          "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    auto client = subscriber(directory);
    REQUIRE(::shutdown(client.descriptor(), SHUT_WR) == 0);
    session.publish(Event::Kind::interval);
    session.end_well();
    CHECK(all_events(client).back().kind == Event::Kind::end);
}

TEST_CASE("a question from somebody who closed his side is still answered", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    auto client = connect(directory);
    REQUIRE(client.send(rpc::request_line(1, Method::status), soon()));
    REQUIRE(::shutdown(client.descriptor(), SHUT_WR) == 0);
    CHECK(client.receive(soon()));
    CHECK(client.receive(soon()).error().code == ErrorCode::io);
}

TEST_CASE("a session that has ended is still answered for while its process lives", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    session.end_well();
    const auto result = connect(directory).call(Method::status, nullptr, soon());
    CHECK(parse_status(result.value()).value().state == State::success);
}

TEST_CASE("the session may publish from any thread while clients come and go", "[control]") {
    RuntimeDirectory directory;
    ServerLimits limits;  // nobody reads as fast as this publisher writes; none is to be dropped
    limits.queued_lines = 1000000;
    limits.queued_bytes = std::size_t{1} << 30;
    FakeSession session(directory.path, a_status(), limits);
    std::atomic<bool> over = false;
    std::thread publisher([&] {
        while (!over) session.publish(Event::Kind::interval);
    });
    for (int i = 0; i < 20; ++i) {
        auto client = subscriber(directory);
        CHECK(client.receive(soon()));
        CHECK(connect(directory).call(Method::status, nullptr, soon()));
    }
    over = true;
    publisher.join();
}
