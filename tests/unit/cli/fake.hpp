// SPDX-License-Identifier: MIT
#pragma once

// A command whose surroundings are all fakes: it writes into strings, its clock moves on by a
// second each time it is read, and its library fails the test's way.

#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/tool.hpp"

namespace mcast::cli::test {

struct FakeCommand {
    explicit FakeCommand(Role role)
        : command{.tool = role == Role::sender ? "mcsend" : "mcrecv",
                  .role = role,
                  .out = out,
                  .err = err} {
        command.width = [this] { return width; };
        command.height = [this] { return height; };
        command.environment = [this](const char* name) -> std::optional<std::string> {
            const auto found = environment.find(name);
            if (found == environment.end()) return {};
            return found->second;
        };
        command.now = [this] { return now += std::chrono::seconds(1); };
        command.date = [this] { return date; };
        command.in_background = [this](const BackgroundWork& work) {
            return work([this](const std::string& text) {
                err << "[left the terminal]\n";
                out << text;
                return !front_is_gone;
            });
        };
        command.on_interrupt = [this](std::function<void()> handler) {
            interrupt = std::move(handler);
        };
        command.exit_now = [this](int status) { exited_with = status; };
        command.library.status_line = [](const Status& status) {
            return "{" + status.session + "}";
        };
        command.library.receivers_line = [](const Status& status) {
            return "{receivers of " + status.session + "}";
        };
        command.library.event_line = [](const Event& event) {
            return "{event " + std::to_string(static_cast<int>(event.kind)) + "}";
        };
    }
    FakeCommand(const FakeCommand&) = delete;
    FakeCommand& operator=(const FakeCommand&) = delete;

    int run(const std::vector<std::string>& words) { return run_tool(command, words); }

    std::ostringstream out;
    std::ostringstream err;
    int width = 80;
    int height = 24;
    std::map<std::string, std::string> environment;
    SteadyTime now{};
    WallTime date{std::chrono::seconds(1795255200 + 3600)};
    bool front_is_gone = false;
    std::function<void()> interrupt;
    std::optional<int> exited_with;
    Command command;
};

/// A session that has said all it ever will. What happens at cancel() is the test's.
class FakeSession : public Session {
  public:
    explicit FakeSession(Status status) : status_(std::move(status)) {}

    [[nodiscard]] Status query_status() const override {
        if (on_query) on_query();
        return status_;
    }
    [[nodiscard]] std::expected<void, Error> cancel(std::string_view reason) override {
        if (on_cancel) on_cancel(reason);
        return {};
    }
    bool wait(std::optional<std::chrono::duration<double>>) override { return true; }

    std::function<void()> on_query;
    std::function<void(std::string_view)> on_cancel;

  private:
    Status status_;
};

/// An event about the session, as an observer gets it.
[[nodiscard]] inline Event told(Event::Kind kind, const Status& status, std::string text = {}) {
    Event event;
    event.kind = kind;
    event.status = std::make_shared<const Status>(status);
    event.text = std::move(text);
    event.session = status.session;
    return event;
}

/// An event about one receiver of a sender.
[[nodiscard]] inline Event told(Event::Kind kind, const ReceiverStatus& row,
                                std::string text = {}) {
    Event event;
    event.kind = kind;
    event.receiver = std::make_shared<const ReceiverStatus>(row);
    event.text = std::move(text);
    event.session = "5f0c2a91";
    return event;
}

/// A watcher whose news are the steps of a test; after the last one the test has failed to end.
class FakeWatcher : public registry::Watcher {
  public:
    using Step = std::function<void(std::vector<Status>&)>;
    FakeWatcher(std::vector<Status> first, std::vector<Step> steps)
        : sessions_(std::move(first)), steps_(std::move(steps)) {}

    [[nodiscard]] bool wait(std::chrono::duration<double> /*limit*/) override {
        if (next_ == steps_.size()) throw std::runtime_error("watched beyond the end");
        steps_[next_++](sessions_);
        return true;
    }
    [[nodiscard]] const std::vector<Status>& sessions() const override { return sessions_; }

  private:
    std::vector<Status> sessions_;
    std::vector<Step> steps_;
    std::size_t next_ = 0;
};

[[nodiscard]] inline Status running(Role role = Role::sender) {
    Status status;
    status.session = "5f0c2a91";
    status.name = "image.raw";
    status.role = role;
    status.pid = 4211;
    status.phase = Phase::transferring;
    status.percent = 43;
    status.bytes_total = 1073741824;
    status.bytes_done = 466092032;
    status.rate_bps = 941000000;
    status.eta_s = 5.2;
    status.started = WallTime(std::chrono::seconds(1795255200));
    status.elapsed_s = 4;
    status.group = "239.255.77.77:7701";
    status.interface = "eth0";
    return status;
}

[[nodiscard]] inline Status succeeded(Role role = Role::sender) {
    auto status = running(role);
    status.state = State::success;
    status.phase = Phase::ended;
    status.percent = 100;
    status.bytes_done = *status.bytes_total;
    status.eta_s.reset();
    status.rate_bps = 0;
    status.elapsed_s = 5.2;
    status.digest = "xxh3-128:00112233445566778899aabbccddeeff";
    return status;
}

[[nodiscard]] inline Status failed(ErrorCode code, std::string message = "it broke",
                                   Role role = Role::sender) {
    auto status = running(role);
    status.state = State::failure;
    status.phase = Phase::ended;
    status.percent = 100;
    status.eta_s.reset();
    status.rate_bps = 0;
    status.error = Error{code, 0, std::move(message)};
    return status;
}

[[nodiscard]] inline ReceiverStatus receiver(std::string id, std::string host, State state,
                                             std::uint64_t bytes_done = 0) {
    ReceiverStatus one;
    one.id = std::move(id);
    one.host = std::move(host);
    one.address = "10.0.0.12";
    one.state = state;
    one.bytes_done = bytes_done;
    one.percent = state == State::success ? 100 : 44;
    one.verified = state == State::success;
    return one;
}

}  // namespace mcast::cli::test
