// SPDX-License-Identifier: MIT
//
// Asks a session for its status every 10 ms until standard input ends, and takes the time of each
// answer: by a connection of its own to the control socket, as a small client would make it, or by
// a command that is started each time.
//   bench_ask socket FOLDER         the first *.sock in the runtime directory FOLDER
//   bench_ask command PROGRAM ...   what it prints is read to its end
// Prints a JSON object: the milliseconds of each answer that says "transferring", how many there
// were a second, and the processor time of a command.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr auto kInterval = std::chrono::milliseconds(10);
constexpr std::string_view kRequest = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\"}\n";
constexpr std::string_view kWanted = "\"phase\":\"transferring\"";

/// Reads to the end, or of a socket to the end of the line.
std::string read_answer(int fd, bool line) {
    std::string answer;
    std::array<char, 65536> some;
    while (!line || !answer.ends_with('\n')) {
        const ssize_t got = read(fd, some.data(), some.size());
        if (got <= 0) break;
        answer.append(some.data(), static_cast<std::size_t>(got));
    }
    return answer;
}

std::string socket_in(const char* folder) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == ".sock") return entry.path();
    }
    return {};
}

std::string ask_socket(const std::string& path) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (path.size() >= sizeof to.sun_path) return {};
    std::memcpy(to.sun_path, path.c_str(), path.size() + 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::string answer;
    if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
        write(fd, kRequest.data(), kRequest.size()) > 0) {
        answer = read_answer(fd, true);
    }
    close(fd);
    return answer;
}

std::string ask_command(char** argv) {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return {};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t child = 0;
    const int error = posix_spawn(&child, argv[0], &actions, nullptr, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    const std::string answer = error == 0 ? read_answer(ends[0], false) : std::string();
    close(ends[0]);
    if (error == 0) waitpid(child, nullptr, 0);
    return answer;
}

double children_cpu_ms() {
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    const auto ms = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
    };
    return ms(used.ru_utime) + ms(used.ru_stime);
}

/// Until that moment; false when standard input has ended.
bool sleep_until(Clock::time_point due) {
    const auto left = std::max(due - Clock::now(), Clock::duration::zero());
    const auto whole = std::chrono::duration_cast<std::chrono::nanoseconds>(left);
    const timespec limit{.tv_sec = 0, .tv_nsec = whole.count()};
    pollfd input{STDIN_FILENO, POLLIN, 0};
    return ppoll(&input, 1, &limit, nullptr) == 0;
}

void print(const std::vector<double>& latency, double seconds, double cpu_ms) {
    std::printf("{\"latency_ms\": [");
    const char* between = "";
    for (const double ms : latency) {
        std::printf("%s%.3f", between, ms);
        between = ", ";
    }
    std::printf("], \"asked_per_s\": %.1f, \"command_cpu_ms\": %.3f}\n",
                seconds > 0 ? static_cast<double>(latency.size()) / seconds : 0, cpu_ms);
}

}  // namespace

int main(int count, char** values) {
    const std::span<char*> arguments(values, static_cast<std::size_t>(count));
    if (count < 3) return std::fputs("usage: see the head of ask.cpp\n", stderr), 2;
    const bool by_socket = std::string_view(arguments[1]) == "socket";
    std::vector<double> latency;
    std::string path;
    int asked = 0;
    Clock::time_point first;
    Clock::time_point last;
    for (auto due = Clock::now(); sleep_until(due); due = std::max(due + kInterval, Clock::now())) {
        if (by_socket && path.empty()) path = socket_in(arguments[2]);
        const auto began = Clock::now();
        if (by_socket && path.empty()) continue;
        const auto answer = by_socket ? ask_socket(path) : ask_command(&values[2]);
        ++asked;
        if (answer.find(kWanted) == std::string::npos) continue;
        if (latency.empty()) first = began;
        last = Clock::now();
        latency.push_back(Milliseconds(last - began).count());
    }
    const std::chrono::duration<double> time = last - first;
    print(latency, time.count(), by_socket ? 0 : children_cpu_ms() / std::max(asked, 1));
    return 0;
}
