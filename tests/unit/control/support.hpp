// SPDX-License-Identifier: MIT
#pragma once

// A runtime directory, a session and a client for the tests of control.

#include <filesystem>
#include <memory>
#include <string>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mcast/status.hpp>

#include "control/client.hpp"
#include "control/local_socket.hpp"
#include "control/server.hpp"
#include "control/session_record.hpp"
#include "control/status_keeper.hpp"

namespace mcast::control::test {

/// An empty folder, 0700, that MCAST_RUNTIME_DIR names while it lives.
class RuntimeDirectory {
  public:
    RuntimeDirectory() {
        std::string name = std::filesystem::temp_directory_path().string() + "/mcast-XXXXXX";
        path = ::mkdtemp(name.data());
        ::setenv("MCAST_RUNTIME_DIR", path.c_str(), 1);
    }
    ~RuntimeDirectory() {
        ::unsetenv("MCAST_RUNTIME_DIR");
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    RuntimeDirectory(const RuntimeDirectory&) = delete;
    RuntimeDirectory& operator=(const RuntimeDirectory&) = delete;

    [[nodiscard]] bool has(const std::string& name) const {
        struct stat info{};
        return ::lstat((path + "/" + name).c_str(), &info) == 0;
    }

    std::string path;
};

inline Status a_status(std::string session = "5f0c2a91", Role role = Role::sender) {
    Status s;
    s.session = std::move(session);
    s.name = "image.raw";
    s.role = role;
    s.pid = ::getpid();
    s.started = WallTime(std::chrono::milliseconds(1795255200120));
    s.group = "239.255.77.77:7701";
    s.interface = "eth0";
    s.bytes_total = 1000;
    return s;
}

inline Status a_final_status(std::string session = "5f0c2a91", Role role = Role::sender) {
    Status s = a_status(std::move(session), role);
    s.state = State::success;
    s.phase = Phase::ended;
    s.percent = 100;
    s.bytes_done = 1000;
    s.ended = s.started + std::chrono::seconds(4);
    s.digest = "xxh3-128:00";
    return s;
}

inline StatusKeeper::Clocks fixed_clocks() {
    return {[] { return WallTime(std::chrono::milliseconds(1795255200120)); },
            [] { return Duration(0); }};
}

/// Times for hostile clients, so short that a test does not take long.
inline ServerLimits quick_limits() {
    using namespace std::chrono_literals;
    ServerLimits limits;
    limits.line = 100ms;
    limits.idle = 100ms;
    limits.stall = 100ms;
    return limits;
}

/// A session as the session layer will make one: record, keeper and server.
class FakeSession {
  public:
    explicit FakeSession(const std::string& directory, Status initial = a_status(),
                         ServerLimits limits = {}, StatusKeeper::Clocks clocks = fixed_clocks())
        : keeper(initial, std::move(clocks)),
          record(SessionRecord::create(directory, keeper.snapshot()).value()),
          server(ControlServer::start(directory, initial.session, handlers(), limits).value()) {}

    Handlers handlers() {
        Handlers h;
        h.status = [this] { return keeper.snapshot(); };
        h.cancel = [this](std::string reason) -> Handlers::Outcome {
            if (!keeper.fail({ErrorCode::cancelled, 0, reason})) {
                return fail(ErrorCode::too_late, "over");
            }
            if (on_cancel) on_cancel();
            return {};
        };
        h.close = [this]() -> Handlers::Outcome {
            record.remove();
            return {};
        };
        h.begin = []() -> Handlers::Outcome { return fail(ErrorCode::no_receivers, "nobody"); };
        h.set_rate = [this](std::optional<std::uint64_t> bps) -> Handlers::Outcome {
            rate = bps;
            return {};
        };
        return h;
    }

    void publish(Event::Kind kind, std::string text = {}) {
        Event event;
        event.kind = kind;
        event.time = a_status().started;
        if (kind != Event::Kind::warning) {
            event.status = std::make_shared<const Status>(keeper.snapshot());
        }
        event.session = keeper.snapshot().session;
        event.text = std::move(text);
        server->publish(event);
    }
    void publish_row(Event::Kind kind, ReceiverStatus row) {
        Event event;
        event.kind = kind;
        event.time = a_status().started;
        event.receiver = std::make_shared<const ReceiverStatus>(std::move(row));
        server->publish(event);
    }
    void end_well() {
        keeper.succeed();
        (void)record.finish(keeper.snapshot());
        publish(Event::Kind::end);
    }

    StatusKeeper keeper;
    SessionRecord record;
    std::function<void()> on_cancel;        ///< called on the server's thread
    std::optional<std::uint64_t> rate = 1;  ///< written by the server's thread, read after a reply
    std::unique_ptr<ControlServer> server;
};

inline Client::Deadline soon() {
    return Client::Clock::now() + std::chrono::seconds(20);
}

inline Client connect(const RuntimeDirectory& directory, const std::string& session = "5f0c2a91") {
    return Client::connect(socket_path(directory.path, session), soon()).value();
}

}  // namespace mcast::control::test
