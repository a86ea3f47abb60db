// SPDX-License-Identifier: MIT
// The real surroundings of the commands: streams, clock, signals and the library. Unit tests cover
// all other units of the front ends.
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <iostream>

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mcast/key.hpp>
#include <mcast/registry.hpp>

#include "cli/background.hpp"
#include "cli/interrupts.hpp"
#include "cli/tool.hpp"
#include "cli/view/events_json.hpp"

namespace mcast::cli {
namespace {

constexpr int kDefaultWidth = 80;
constexpr int kDefaultHeight = 24;
constexpr int kLargest = 10000;

std::optional<std::string> environment(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr) return {};
    return value;
}

winsize terminal_size() {
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
        winsize size{};
        if (isatty(descriptor) == 1 && ioctl(descriptor, TIOCGWINSZ, &size) == 0) return size;
    }
    return {};
}

// The size of the terminal, if it is known; else the variable, as in `COLUMNS=200 mcsend status`.
int extent(int of_terminal, const char* variable, int otherwise) {
    if (of_terminal > 0) return of_terminal;
    const auto text = environment(variable).value_or("");
    int value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && value > 0 && value < kLargest ? value : otherwise;
}

int terminal_width() {
    return extent(terminal_size().ws_col, "COLUMNS", kDefaultWidth);
}

int terminal_height() {
    return extent(terminal_size().ws_row, "LINES", kDefaultHeight);
}

// True for a pipe or a socket whose other end is closed.
bool is_unread(int fd) {
    pollfd look{.fd = fd, .events = POLLOUT, .revents = 0};
    return ::poll(&look, 1, 0) == 1 && (look.revents & (POLLERR | POLLHUP)) != 0;
}

template <typename Kind>
Result<std::unique_ptr<Session>> as_session(Result<std::unique_ptr<Kind>> started) {
    if (!started) return std::unexpected(started.error());
    return std::unique_ptr<Session>(std::move(*started));
}

Library library() {
    Library all;
    all.send = [](SendOptions options, Observer observer) {
        return as_session(SendSession::start(std::move(options), std::move(observer)));
    };
    all.receive = [](ReceiveOptions options, Observer observer) {
        return as_session(ReceiveSession::start(std::move(options), std::move(observer)));
    };
    all.discover = discover;
    all.make_key = make_key;
    all.list = registry::list;
    all.query = registry::query;
    all.await = registry::await;
    all.wait = registry::wait;
    all.cancel = registry::cancel;
    all.close = registry::close;
    all.force_close = registry::force_close;
    all.close_ended = registry::close_ended;
    all.begin = registry::begin;
    all.drain = registry::drain;
    all.set_rate = registry::set_rate;
    all.detach = registry::detach;
    all.watch_all = registry::watch_all;
    all.event_line = event_line;
    all.status_line = status_line;
    all.receivers_line = receivers_line;
    return all;
}

constexpr std::size_t kLongestFile = 1 << 20;  // longer than any configuration

// A file that cannot be reached counts as absent, as in a HOME of somebody else.
bool is_absent(const std::string& path, int reason) {
    struct stat found{};
    return reason == ENOENT || reason == ENOTDIR ||
           (reason == EACCES && ::stat(path.c_str(), &found) != 0);
}

Result<std::optional<std::string>> read_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0 && is_absent(path, errno)) return std::optional<std::string>{};
    std::string text;
    ssize_t got = file < 0 ? -1 : 1;
    while (got > 0 && text.size() < kLongestFile) {
        std::array<char, 4096> part{};
        got = ::read(file, part.data(), part.size());
        if (got < 0 && errno == EINTR) {
            got = 1;
            continue;
        }
        if (got > 0) text.append(part.data(), static_cast<std::size_t>(got));
    }
    const int reason = errno;
    if (file >= 0) ::close(file);
    if (got < 0) return fail_errno("cannot read " + path, reason);
    return text;
}

int run_process(const char* tool, Role role, int argc, char** argv, const char* commit) {
    // One heap for all threads, so that memory freed by one serves the others. No packet allocates,
    // so no thread waits for it. With a heap for each thread, the news of twenty thousand strangers
    // would leave its peak in every one of them.
    ::mallopt(M_ARENA_MAX, 1);
    // If a reader goes away, the write fails; the process does not die silently.
    ::signal(SIGPIPE, SIG_IGN);
    // Whoever started us may have ignored it, which would hide how the command of --exec ends.
    ::signal(SIGCHLD, SIG_DFL);
    // The same holds for a limit on the size of files.
    ::signal(SIGXFSZ, SIG_IGN);
    Interrupts interrupts;
    Command command{.tool = tool, .role = role, .out = std::cout, .err = std::cerr};
    command.out_is_terminal = isatty(STDOUT_FILENO) == 1;
    command.out_is_unread = [] { return is_unread(STDOUT_FILENO); };
    command.err_is_terminal = isatty(STDERR_FILENO) == 1;
    command.width = terminal_width;
    command.height = terminal_height;
    command.environment = environment;
    command.now = std::chrono::steady_clock::now;
    command.date = std::chrono::system_clock::now;
    command.read_file = read_file;
    command.commit = commit;
    command.on_interrupt = [&interrupts](std::function<void()> handler) {
        interrupts.set_handler(std::move(handler));
    };
    command.exit_now = [](int status) { std::_Exit(status); };
    command.in_background = [](const BackgroundWork& work) {
        return run_in_background(std::cout, work);
    };
    command.library = library();
    return run_tool(command, {argv + (argc > 0 ? 1 : 0), argv + argc});
}

}  // namespace

int run_mcsend(int argc, char** argv, const char* commit) {
    return run_process("mcsend", Role::sender, argc, argv, commit);
}

int run_mcrecv(int argc, char** argv, const char* commit) {
    return run_process("mcrecv", Role::receiver, argc, argv, commit);
}

}  // namespace mcast::cli
