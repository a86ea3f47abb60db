// SPDX-License-Identifier: MIT
#include "os/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"

using namespace mcast;
using std::chrono::milliseconds;
using Role = ChildProcess::Role;

namespace {

std::unique_ptr<ChildProcess> start(const std::string& command, Role role,
                                    const std::vector<ChildProcess::Variable>& variables = {}) {
    auto child = ChildProcess::start(command, role, variables);
    REQUIRE(child.has_value());
    return std::move(*child);
}

ProcessEnding end_of(ChildProcess& child) {
    const auto ending = child.wait();
    REQUIRE(ending.has_value());
    REQUIRE(ending->has_value());
    return **ending;
}

/// All that a producer writes; it waits for the end of it.
std::string output_of(const ChildProcess& child) {
    std::string output;
    std::array<char, 4096> part{};
    pollfd waits{child.pipe(), POLLIN, 0};
    while (::poll(&waits, 1, -1) > 0) {
        const ssize_t count = ::read(child.pipe(), part.data(), part.size());
        if (count <= 0) return output;
        output.append(part.data(), static_cast<std::size_t>(count));
    }
    return output;
}

std::string output_of(const std::string& command,
                      const std::vector<ChildProcess::Variable>& variables = {}) {
    return output_of(*start(command, Role::producer, variables));
}

void write_all(ChildProcess& child, std::string_view text) {
    REQUIRE(::write(child.pipe(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    child.close_pipe();
}

std::string first_line(const ChildProcess& child) {
    std::string line;
    pollfd waits{child.pipe(), POLLIN, 0};
    char next = 0;
    while (::poll(&waits, 1, -1) > 0 && ::read(child.pipe(), &next, 1) == 1 && next != '\n')
        line += next;
    return line;
}

/// Gone, or a zombie that somebody else has to take.
bool is_gone(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    const auto name_end = line.rfind(')');
    return name_end == line.npos || line.substr(name_end + 2, 1) == "Z";
}

void wait_until_gone(pid_t pid) {
    while (!is_gone(pid)) std::this_thread::sleep_for(milliseconds(1));
}

bool has_children() {
    siginfo_t info{};
    return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

}  // namespace

TEST_CASE("a consumer gets what is written, and the end of it", "[os][child]") {
    const auto child = start("read line && test \"$line\" = hello && ! read line", Role::consumer);
    write_all(*child, "hello\n");
    CHECK(end_of(*child).good());
}

TEST_CASE("what a producer writes is read, and its end is known then", "[os][child]") {
    const auto child = start("echo one; echo two; exit 3", Role::producer);
    CHECK(output_of(*child) == "one\ntwo\n");
    CHECK(end_of(*child).text() == "exited with status 3");
}

TEST_CASE("the end of a command is told by its status or signal, and its last words",
          "[os][child]") {
    const auto text_of = [](const std::string& command) {
        return end_of(*start(command, Role::producer)).text();
    };
    CHECK(text_of("exit 0") == "exited with status 0");
    CHECK(text_of("echo begin >&2; echo no room >&2; exit 2") ==
          "exited with status 2: begin; no room");
    CHECK(text_of("kill -KILL $$") == "was killed by SIGKILL");
    CHECK(text_of("kill -34 $$") == "was killed by signal 34");
    CHECK(text_of("exec /no/such/command").starts_with("exited with status 127: "));
    CHECK_FALSE(end_of(*start("kill -KILL $$", Role::producer)).good());
}

TEST_CASE("a command ends by SIGPIPE as it does in a shell", "[os][child]") {
    const auto before = ::signal(SIGPIPE, SIG_IGN);
    const auto child = start("while echo y; do :; done", Role::producer);
    child->close_pipe();
    CHECK(end_of(*child).text() == "was killed by SIGPIPE");
    ::signal(SIGPIPE, before);
}

TEST_CASE("signals that are blocked here reach a command", "[os][child]") {
    sigset_t blocked;
    sigset_t before;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
    const auto child = start("kill -TERM $$; echo still here", Role::producer);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    CHECK(output_of(*child).empty());
    CHECK(end_of(*child).text() == "was killed by SIGTERM");
}

TEST_CASE("a command has no descriptor of ours but its streams", "[os][child]") {
    const UniqueFd ours(::open("/dev/null", O_RDONLY));
    const UniqueFd high(::fcntl(ours.get(), F_DUPFD, 200));
    REQUIRE(high.valid());
    // The fourth is the folder that the shell looks at.
    CHECK(output_of("for fd in /proc/$$/fd/*; do echo -n \"${fd##*/} \"; done") == "0 1 2 3 ");
}

TEST_CASE("a command has its streams where we lack ours", "[os][child]") {
    const int in = ::dup(STDIN_FILENO);
    const int out = ::dup(STDOUT_FILENO);
    ::close(STDIN_FILENO);
    ::close(STDOUT_FILENO);
    std::string text;
    int ours = -1;
    if (auto child = ChildProcess::start("read line; echo \"$line\" >&2; exit 1", Role::consumer)) {
        ours = (*child)->pipe();
        [[maybe_unused]] const auto written = ::write((*child)->pipe(), "hello\n", 6);
        if (const auto ending = (*child)->wait(); ending && *ending) text = (*ending)->text();
    }
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::close(in);
    ::close(out);
    CHECK(text == "exited with status 1: hello");
    CHECK(ours > STDERR_FILENO);  // what is printed here must not get into the content
}

TEST_CASE("a command finds its facts in the environment, in place of ours", "[os][child]") {
    ::setenv("MCAST_NAME", "ours", 1);
    ::setenv("MCAST_OTHER", "kept", 1);
    const std::string strange = "a b'\"$(exit 1)\n;";
    CHECK(output_of("printf %s \"$MCAST_NAME|$MCAST_OTHER\"; env | grep -c ^MCAST_NAME=",
                    {{"MCAST_NAME", strange}}) == strange + "|kept1\n");
    CHECK(output_of("printf %s \"$MCAST_NAME\"", {{"MCAST_NAME", std::string("a\0b", 3)}}) == "a");
    ::unsetenv("MCAST_NAME");
    ::unsetenv("MCAST_OTHER");
}

TEST_CASE("the wait for a command has a limit and can be ended", "[os][child]") {
    const auto child = start("sleep 1000", Role::consumer);
    const auto late = child->wait(-1, milliseconds(1));
    REQUIRE(late.has_value());
    CHECK_FALSE(late->has_value());
    const UniqueFd wake(::eventfd(1, EFD_CLOEXEC));
    const auto woken = child->wait(wake.get());
    REQUIRE_FALSE(woken.has_value());
    CHECK(woken.error().code == ErrorCode::cancelled);
}

TEST_CASE("a command is ended with all that it has started", "[os][child]") {
    auto child = start("sleep 1000 2>/dev/null & echo $!; wait", Role::producer);
    const pid_t inner = std::stoi(first_line(*child));
    CHECK_FALSE(is_gone(inner));
    child.reset();
    wait_until_gone(inner);
    CHECK_FALSE(has_children());
}

TEST_CASE("a command that takes no SIGTERM, or stands still, is ended all the same",
          "[os][child]") {
    auto stubborn = start("trap '' TERM; echo ready; while :; do sleep 1000; done", Role::producer);
    CHECK(first_line(*stubborn) == "ready");
    stubborn->end();
    CHECK(end_of(*stubborn).text() == "was killed by SIGKILL");
    auto stopped = start("echo ready; kill -STOP $$", Role::producer);
    CHECK(first_line(*stopped) == "ready");
    stopped->end();
    CHECK(end_of(*stopped).text() == "was killed by SIGTERM");
}

TEST_CASE("a command that is ended does not see the end of its input", "[os][child]") {
    std::array<int, 2> fds{};
    REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
    const UniqueFd reader(fds[0]);
    const int saved = ::dup(STDOUT_FILENO);
    REQUIRE(::dup2(fds[1], STDOUT_FILENO) >= 0);
    ::close(fds[1]);
    auto child = start("trap '' TERM; echo ready; cat; echo all is here", Role::consumer);
    ::dup2(saved, STDOUT_FILENO);
    ::close(saved);
    std::array<char, 64> said{};
    REQUIRE(::read(reader.get(), said.data(), said.size()) == 6);
    child.reset();
    CHECK(::read(reader.get(), said.data(), said.size()) == 0);
}

TEST_CASE("what a command that ended well has left running goes on", "[os][child]") {
    auto child = start("sleep 1000 >/dev/null & echo $!", Role::producer);
    const pid_t inner = std::stoi(first_line(*child));
    CHECK(end_of(*child).good());
    child.reset();
    CHECK_FALSE(is_gone(inner));
    CHECK_FALSE(has_children());
    REQUIRE(::kill(inner, SIGKILL) == 0);
}

TEST_CASE("what a command that failed has left running is ended", "[os][child]") {
    auto child = start("sleep 1000 >/dev/null & echo $!; exit 1", Role::producer);
    const pid_t inner = std::stoi(first_line(*child));
    CHECK_FALSE(end_of(*child).good());
    child.reset();
    wait_until_gone(inner);
}

TEST_CASE("no command is started whose end the system would not tell", "[os][child][fault]") {
    const auto before = ::signal(SIGCHLD, SIG_IGN);
    const auto child = ChildProcess::start("exit 0", Role::producer);
    ::signal(SIGCHLD, before);
    REQUIRE_FALSE(child.has_value());
    CHECK(child.error().code == ErrorCode::unsupported);
}

// The sanitizers take a descriptor for checks of their own, and misjudge memory without it.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a system without room for another descriptor is an error", "[os][child][fault]") {
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    for (rlim_t limit = 3; limit < 12; ++limit) {
        const rlimit few{limit, before.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &few);
        const auto child = ChildProcess::start("exit 0", Role::consumer);
        ::setrlimit(RLIMIT_NOFILE, &before);
        INFO("with " << limit);
        CHECK((child.has_value() || child.error().code == ErrorCode::io));
    }
    CHECK_FALSE(has_children());
}
#endif
