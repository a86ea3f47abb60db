// SPDX-License-Identifier: MIT
//
// Clients of the control socket that are broken or mean no good. In each case the session goes on
// answering others, and publishing to the socket never waits.
#include <string>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

#include "control/rpc.hpp"
#include "control/server.hpp"
#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using namespace mcast::control::test;
using rpc::Method;

namespace {

/// Sends as much of the text as the server takes.
void send_all(const Client& client, const std::string& text) {
    std::size_t sent = 0;
    while (sent < text.size()) {
        const auto size =
            ::send(client.descriptor(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (size < 0 && errno != EAGAIN) return;
        if (size > 0) sent += static_cast<std::size_t>(size);
    }
}

std::string next_line(const Client& client) {
    std::string line;
    char c = 0;
    for (;;) {
        const auto got = ::recv(client.descriptor(), &c, 1, 0);
        if (got < 0 && errno == EAGAIN) continue;
        if (got <= 0 || c == '\n') return line;
        line += c;
    }
}

/// Waits until the server has closed the connection.
bool closed_by_server(const Client& client) {
    while (!next_line(client).empty()) {
    }
    return true;
}

bool answers(const RuntimeDirectory& directory) {
    return connect(directory).call(Method::status, nullptr, soon()).has_value();
}

}  // namespace

TEST_CASE("broken JSON gets an error, and the connection stays usable", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    auto client = connect(directory);
    for (const std::string text : {"{\"jsonrpc\":", "nonsense", "[[[[[[[[[[[[[[[[[[", "\xff\xfe",
                                   "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":[]}", "[]", "null"}) {
        INFO(text);
        send_all(client, text + "\n");
        CHECK(next_line(client).find("\"error\":{\"code\":-32") != std::string::npos);
    }
    CHECK(client.call(Method::status, nullptr, soon()));
}

TEST_CASE("a line without end is cut off after 64 KiB", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    const auto client = connect(directory);
    send_all(client, std::string(4 << 20, 'x'));
    CHECK(next_line(client).find("the line is too long") != std::string::npos);
    CHECK(closed_by_server(client));
    CHECK(answers(directory));
}

TEST_CASE("half a line is given up after a while, and so is none, even if more comes",
          "[control]") {
    RuntimeDirectory directory;
    ServerLimits limits = quick_limits();
    limits.idle = ServerLimits{}.idle;
    FakeSession session(directory.path, a_status(), limits);
    const auto half = connect(directory);
    send_all(half, "{\"jsonrpc\":");
    const std::string more = GENERATE("x", "\n");
    const auto growing = connect(directory);
    int sent = 0;
    while (::send(growing.descriptor(), more.data(), 1, MSG_NOSIGNAL | MSG_DONTWAIT) > 0) {
        session.publish(Event::Kind::interval);
        REQUIRE(answers(directory));
        REQUIRE(++sent < 30000);  // more than can be sent in the time of a line
    }
    CHECK(closed_by_server(half));
}

TEST_CASE("half a line at the end of the input is an error", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    const auto client = connect(directory);
    send_all(client, "{\"jsonrpc\":");
    ::shutdown(client.descriptor(), SHUT_WR);
    CHECK(next_line(client).find("half a line") != std::string::npos);
    CHECK(closed_by_server(client));
}

TEST_CASE("a client that says nothing is put out", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path, a_status(), quick_limits());
    const auto silent = connect(directory);
    auto idle = connect(directory);
    CHECK(idle.call(Method::status, nullptr, soon()));
    CHECK(closed_by_server(silent));
    CHECK(closed_by_server(idle));
}

TEST_CASE("a thousand connections get an error each beyond the limit, and free it by leaving",
          "[control]") {
    RuntimeDirectory directory;
    ServerLimits limits;
    limits.connections = 8;
    FakeSession session(directory.path, a_status(), limits);
    {
        std::vector<Client> large_group;
        for (int i = 0; i < 8; ++i) {
            large_group.push_back(connect(directory));
            REQUIRE(large_group.back().call(Method::status, nullptr, soon()));
        }
        for (int i = 0; i < 1000; ++i) {
            const auto line = next_line(connect(directory));
            REQUIRE(line.find("too many connections") != std::string::npos);
        }
        CHECK(large_group.front().call(Method::status, nullptr, soon()));
    }
    while (!answers(directory)) {
    }
}

TEST_CASE("a subscriber that never reads is dropped and the others hear everything", "[control]") {
    RuntimeDirectory directory;
    ServerLimits limits;
    limits.queued_lines = 4;
    FakeSession session(directory.path, a_status(), limits);
    const auto deaf = connect(directory);
    send_all(deaf, rpc::request_line(1, Method::subscribe));
    auto good = connect(directory);
    REQUIRE(good.send(rpc::request_line(1, Method::subscribe), soon()));
    REQUIRE(good.receive(soon()));
    REQUIRE(good.receive(soon()));
    const std::string text(32 * 1024, 'x');
    for (int i = 0; i < 100; ++i) {
        session.publish(Event::Kind::warning, text);
        REQUIRE(good.receive(soon()));
    }
    CHECK(closed_by_server(deaf));
    CHECK(answers(directory));
}

TEST_CASE("requests are not read on while their answers are not read", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path);
    const auto client = connect(directory);
    const std::string request = rpc::request_line(1, Method::status);
    constexpr std::size_t kPlenty = 4 << 20;
    std::size_t sent = 0;
    pollfd writable{client.descriptor(), POLLOUT, 0};
    while (sent < kPlenty && ::poll(&writable, 1, 500) > 0) {
        const auto size = ::send(client.descriptor(), request.data() + sent % request.size(),
                                 request.size() - sent % request.size(), MSG_NOSIGNAL);
        if (size > 0) sent += static_cast<std::size_t>(size);
    }
    CHECK(sent < kPlenty);
    CHECK(answers(directory));
}

TEST_CASE("a client that asks and never reads is put out", "[control]") {
    RuntimeDirectory directory;
    FakeSession session(directory.path, a_status(), quick_limits());
    const auto client = connect(directory);
    const std::string request = rpc::request_line(1, Method::status);
    std::string many;
    while (many.size() < (4 << 20)) many += request;
    send_all(client, many);
    CHECK(closed_by_server(client));
    CHECK(answers(directory));
}

TEST_CASE("a session ends in time although a subscriber does not read", "[control]") {
    RuntimeDirectory directory;
    auto session = std::make_unique<FakeSession>(directory.path);
    const auto deaf = connect(directory);
    send_all(deaf, rpc::request_line(1, Method::subscribe));
    REQUIRE_FALSE(next_line(deaf).empty());
    const std::string text(32 * 1024, 'x');
    for (int i = 0; i < 30; ++i) session->publish(Event::Kind::warning, text);
    session->end_well();
    session.reset();
    CHECK_FALSE(directory.has("5f0c2a91.sock"));
}
