// SPDX-License-Identifier: MIT
#include "control/awaited.hpp"

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;
using namespace mcast::control::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kNever = AwaitedView::Clock::time_point::max();
constexpr std::int64_t kShell = 100;
constexpr std::int64_t kSelf = 200;
constexpr std::int64_t kTool = 300;

/// A machine on which something happens at each look.
struct Machine {
    std::vector<Status> sessions;
    ProcessTable processes{
        {kShell, {.parent = 50, .name = "bash", .age_s = 100}},
        {kSelf, {.parent = kShell, .name = "mcsend", .words = {"mcsend", "wait"}}}};
    std::vector<std::function<void()>> steps;
    AwaitedView::Clock::time_point now{};
    WallTime date = a_status().started + 1h;
    std::size_t looks = 0;

    void start_tool(std::vector<std::string> words = {"mcsend", "image.raw"}) {
        processes[kTool] = {
            .parent = kShell, .name = "mcsend", .transfers = true, .words = std::move(words)};
    }
    void add(Status status, std::int64_t pid = kTool) {
        status.pid = pid;
        sessions.insert(sessions.begin(), std::move(status));
    }
    Result<Status> wait(std::string_view session,
                        AwaitedView::Clock::time_point deadline = kNever) {
        AwaitedView view;
        view.self = kSelf;
        view.processes = [this] { return processes; };
        view.list = [this]() -> Result<std::vector<Status>> { return sessions; };
        view.now = [this] { return now; };
        view.date = [this] { return date; };
        view.pause = [this](AwaitedView::Clock::duration pause) {
            REQUIRE(pause > 0s);
            now += pause;
            for (auto& [pid, process] : processes) {
                process.age_s += std::chrono::duration<double>(pause).count();
            }
            if (looks < steps.size()) steps[looks]();
            ++looks;
        };
        return awaited(session, deadline, view);
    }
};

Status yesterdays() {
    auto status = a_final_status("aaaaaaaa");
    status.pid = 77;
    return status;
}

Status todays(const Machine& machine) {
    auto status = a_status("bbbbbbbb");
    status.started = machine.date;
    return status;
}

}  // namespace

TEST_CASE("without anything that starts the newest session that has ended is meant at once",
          "[control]") {
    Machine machine;
    machine.add(yesterdays(), 77);
    CHECK(machine.wait("image.raw").value().session == "aaaaaaaa");
    CHECK(machine.wait("other").error().code == ErrorCode::no_such_session);
    CHECK(machine.looks == 0);
}

TEST_CASE("a running session is meant, whatever else starts", "[control]") {
    Machine machine;
    machine.add(todays(machine));
    machine.start_tool();
    CHECK(machine.wait("image.raw").value().session == "bbbbbbbb");
    CHECK(machine.looks == 0);
}

TEST_CASE("the session of a process that is starting is meant, and not an old one", "[control]") {
    for (const auto* name : {"image.raw", ""}) {
        Machine machine;
        machine.add(yesterdays(), 77);
        machine.start_tool();
        machine.steps = {[] {}, [&] { machine.add(todays(machine)); }};
        CHECK(machine.wait(name).value().session == "bbbbbbbb");
        CHECK(machine.looks == 2);
    }
}

TEST_CASE("an old session of another process with the same number does not count", "[control]") {
    Machine machine;
    machine.add(yesterdays(), kTool);
    machine.start_tool();
    machine.steps = {[&] { machine.add(todays(machine)); }};
    CHECK(machine.wait("image.raw").value().session == "bbbbbbbb");
}

TEST_CASE("a shell that has forked becomes the tool, whose session is meant", "[control]") {
    Machine machine;
    machine.add(yesterdays(), 77);
    machine.processes[kTool] = {.parent = kShell, .name = "bash"};
    machine.steps = {[&] { machine.start_tool(); }, [&] { machine.add(todays(machine)); }};
    CHECK(machine.wait("image.raw").value().session == "bbbbbbbb");
}

TEST_CASE("a session that began and ended between two looks is meant", "[control]") {
    Machine machine;
    machine.add(yesterdays(), 77);
    machine.start_tool();
    machine.steps = {[&] {
        auto quick = a_final_status("bbbbbbbb");
        quick.started = machine.date;
        machine.add(quick);
        machine.processes.erase(kTool);
    }};
    CHECK(machine.wait("image.raw").value().session == "bbbbbbbb");
}

TEST_CASE("where no process is shown a session that may be starting is given a second",
          "[control]") {
    Machine machine;
    machine.processes.clear();
    machine.add(yesterdays(), 77);
    SECTION("it comes") {
        machine.steps = {[] {}, [&] { machine.add(todays(machine)); }};
        CHECK(machine.wait("image.raw").value().session == "bbbbbbbb");
    }
    SECTION("it does not") {
        CHECK(machine.wait("image.raw").value().session == "aaaaaaaa");
        CHECK(machine.now.time_since_epoch() <= 1s);
    }
}

TEST_CASE("an old success does not pass for a start that failed", "[control]") {
    Machine machine;
    machine.add(yesterdays(), 77);
    machine.start_tool();
    machine.steps = {[&] { machine.processes.erase(kTool); }};
    const auto error = machine.wait("image.raw").error();
    CHECK(error.code == ErrorCode::process_died);
    CHECK(error.message.find("process 300") != std::string::npos);
}

TEST_CASE("the start of another transfer that failed does not matter", "[control]") {
    Machine machine;
    machine.add(yesterdays(), 77);
    machine.start_tool({"mcsend", "other.raw"});
    machine.steps = {[&] { machine.processes.erase(kTool); }};
    CHECK(machine.wait("image.raw").value().session == "aaaaaaaa");
}

TEST_CASE("a session that goes to the background is that of another process", "[control]") {
    Machine machine;
    machine.add(yesterdays(), 77);
    machine.start_tool({"mcsend", "--background", "image.raw"});
    machine.steps = {[&] {
        auto quick = a_final_status("bbbbbbbb");
        quick.started = machine.date;
        machine.add(quick, kTool + 1);
        machine.processes.erase(kTool);
    }};
    CHECK(machine.wait("image.raw").value().session == "bbbbbbbb");
}

TEST_CASE("a process that never begins is waited for in vain, but not for ever", "[control]") {
    Machine machine;
    machine.add(yesterdays(), 77);
    machine.start_tool();
    const auto error = machine.wait("image.raw").error();
    CHECK(error.code == ErrorCode::wait_timed_out);
    CHECK(machine.now.time_since_epoch() <= 11s);
}

TEST_CASE("children of the shell that come and go for ever do not keep a wait", "[control]") {
    Machine machine;
    machine.add(yesterdays(), 77);
    for (int i = 0; i < 100000; ++i) {
        machine.steps.emplace_back(
            [&] { machine.processes[kTool] = {.parent = kShell, .name = "bash"}; });
    }
    machine.steps.front()();
    CHECK(machine.wait("image.raw").value().session == "aaaaaaaa");
}

TEST_CASE("a wait for a session that has not begun times out", "[control]") {
    Machine machine;
    machine.start_tool();
    const auto error = machine.wait("image.raw", machine.now + 500ms).error();
    CHECK(error.code == ErrorCode::wait_timed_out);
    CHECK(machine.now.time_since_epoch() == 500ms);
}

TEST_CASE("a receiver of the same shell without an offer may take the one that is meant",
          "[control]") {
    Machine machine;
    machine.add(yesterdays(), 77);
    auto nameless = todays(machine);
    nameless.name.clear();
    machine.add(nameless);
    machine.processes[kTool] = {
        .parent = kShell, .name = "mcrecv", .age_s = 3600, .transfers = true};
    machine.steps.assign(200, [] {});
    SECTION("it takes it") {
        machine.steps.emplace_back([&] { machine.sessions.front().name = "image.raw"; });
        CHECK(machine.wait("image.raw").value().session == "bbbbbbbb");
    }
    SECTION("it takes another") {
        machine.steps.emplace_back([&] { machine.sessions.front().name = "other.raw"; });
        CHECK(machine.wait("image.raw").value().session == "aaaaaaaa");
    }
    SECTION("it is none of ours") {
        machine.processes[kTool].parent = 1;
        CHECK(machine.wait("image.raw").value().session == "aaaaaaaa");
        CHECK(machine.looks == 0);
    }
}
