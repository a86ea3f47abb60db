// SPDX-License-Identifier: MIT
#include "control/starting.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::control;

namespace {

using Pids = std::vector<std::int64_t>;
using Words = std::vector<std::string>;

constexpr std::int64_t kShell = 100;
constexpr std::int64_t kSelf = 200;

ProcessView process(std::int64_t parent, std::string name, double age_s = 0.01) {
    return {.parent = parent, .name = std::move(name), .age_s = age_s};
}

ProcessView tool(std::int64_t parent, Words words = {"mcsend", "image.raw"}, double age_s = 0.01) {
    auto view = process(parent, "mcsend", age_s);
    view.transfers = is_transfer(words);
    view.words = std::move(words);
    return view;
}

/// A shell of a terminal that runs `mcsend wait`.
ProcessTable a_machine() {
    return {{1, process(0, "systemd", 1e6)},
            {50, process(1, "sshd", 1e5)},
            {kShell, process(50, "bash", 1e4)},
            {kSelf, tool(kShell, {"mcsend", "wait", "image.raw"})}};
}

Starting starting(const ProcessTable& processes, const Pids& registered = {}) {
    return find_starting(processes, kSelf, registered);
}

}  // namespace

TEST_CASE("nothing is starting where nobody starts anything", "[control]") {
    CHECK(starting(a_machine()).tools.empty());
    CHECK_FALSE(starting(a_machine()).perhaps);
    CHECK(starting({}).tools.empty());
    CHECK_FALSE(starting({}).perhaps);
}

TEST_CASE("a transfer without a session is starting, whoever its parent is", "[control]") {
    auto machine = a_machine();
    machine[300] = tool(kShell);
    machine[301] = tool(1);
    CHECK(starting(machine).tools == Pids{300, 301});
    CHECK(starting(machine, {301}).tools == Pids{300});
    CHECK(starting(machine, {300, 301}).tools.empty());
}

TEST_CASE("a transfer that has been there for long without a session is not starting",
          "[control]") {
    auto machine = a_machine();
    machine[300] = tool(kShell, {"mcsend", "image.raw"}, 11);
    CHECK(starting(machine).tools.empty());
}

TEST_CASE("a command on sessions is not starting one", "[control]") {
    auto machine = a_machine();
    machine[300] = tool(kShell, {"mcsend", "status", "--watch"});
    CHECK(starting(machine).tools.empty());
    CHECK_FALSE(starting(machine).perhaps);
}

TEST_CASE("a shell that has just forked may become the tool", "[control]") {
    auto machine = a_machine();
    machine[300] = process(kShell, "bash");
    CHECK(starting(machine).perhaps);
    machine[300].age_s = 3;
    CHECK_FALSE(starting(machine).perhaps);
}

TEST_CASE("a program that runs another one may become the tool", "[control]") {
    for (const auto* name : {"sudo", "env", "nohup", "ip", "setpriv"}) {
        auto machine = a_machine();
        machine[300] = process(kShell, name);
        CHECK(starting(machine).perhaps);
    }
}

TEST_CASE("what is another program does not become the tool", "[control]") {
    auto machine = a_machine();
    machine[300] = process(kShell, "sleep");
    machine[301] = process(kShell, "tee");
    CHECK_FALSE(starting(machine).perhaps);
}

TEST_CASE("what a stranger starts does not concern us", "[control]") {
    auto machine = a_machine();
    machine[60] = process(50, "bash", 1e4);
    machine[300] = process(60, "bash");
    machine[301] = process(1, "sudo");
    CHECK_FALSE(starting(machine).perhaps);
}

TEST_CASE("our own ancestors and children do not become the tool", "[control]") {
    auto machine = a_machine();
    machine[kShell].age_s = 0.5;
    machine[300] = process(kSelf, "bash");
    CHECK_FALSE(starting(machine).perhaps);
}

TEST_CASE("a subshell and sudo lie between a wait and the shell of its script", "[control]") {
    ProcessTable machine{{1, process(0, "systemd", 1e6)},
                         {90, process(1, "cron", 1e4)},
                         {kShell, process(90, "deploy.sh", 30)},
                         {110, process(kShell, "deploy.sh", 0.3)},
                         {120, process(110, "sudo", 0.2)},
                         {121, process(120, "sudo", 0.1)},
                         {kSelf, tool(121, {"mcsend", "wait", "image.raw"})}};
    CHECK_FALSE(starting(machine).perhaps);
    machine[300] = process(kShell, "deploy.sh");
    CHECK(starting(machine).perhaps);
    machine[300] = process(90, "deploy.sh");
    CHECK_FALSE(starting(machine).perhaps);
    CHECK(is_relative(machine, kSelf, 110));
    CHECK_FALSE(is_relative(machine, kSelf, 300));
}

TEST_CASE("the shell of a container is process 1", "[control]") {
    ProcessTable machine{
        {1, process(0, "sh", 5)}, {kSelf, tool(1, {"mcsend", "wait"})}, {300, process(1, "sh")}};
    CHECK(starting(machine).perhaps);
}

TEST_CASE("a process whose parent is gone from the list hangs nobody", "[control]") {
    ProcessTable machine{{kSelf, tool(150, {"mcsend", "wait"})}, {300, process(300, "bash")}};
    CHECK_FALSE(starting(machine).perhaps);
}

TEST_CASE("a question about the tool transfers nothing", "[control]") {
    for (const auto* word : {"--help", "-h", "--version", "-V", "--help-errors"}) {
        CHECK_FALSE(is_transfer({"mcsend", word}));
    }
    CHECK(is_transfer({"mcsend", "-q", "image.raw"}));
    CHECK(is_transfer({"mcsend", "./status"}));
    CHECK(is_transfer({"mcrecv"}));
}

TEST_CASE("a command line tells what its session may be called", "[control]") {
    CHECK(may_be_called({"mcsend", "-q", "/srv/image.raw"}, "image.raw"));
    CHECK(may_be_called({"mcsend", "image.raw"}, "./image.raw"));
    CHECK(may_be_called({"mcsend", "--session", "nightly", "x"}, "nightly"));
    CHECK(may_be_called({"mcsend", "--session=nightly", "x"}, "nightly"));
    CHECK_FALSE(may_be_called({"mcsend", "other.raw"}, "image.raw"));
    CHECK(may_be_called({"mcsend", "other.raw"}, ""));
    CHECK(may_be_called({"/usr/bin/mcrecv", "-o", "/srv"}, "image.raw"));
    CHECK_FALSE(may_be_called({"mcrecv", "--session", "other.raw"}, "image.raw"));
}
