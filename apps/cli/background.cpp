// SPDX-License-Identifier: MIT
#include "cli/background.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mcast::cli {
namespace {

bool write_all(int descriptor, const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const auto written = ::write(descriptor, text.data() + done, text.size() - done);
        if (written < 0 && errno != EINTR) return false;
        done += static_cast<std::size_t>(std::max<ssize_t>(written, 0));
    }
    return true;
}

std::string read_all(int descriptor) {
    std::string text;
    std::array<char, 4096> part{};
    for (;;) {
        const auto got = ::read(descriptor, part.data(), part.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        text.append(part.data(), static_cast<std::size_t>(got));
    }
}

bool leave_terminal() {
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0) return false;
    std::cout.flush();
    std::cerr.flush();
    ::setsid();
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::dup2(nothing, standard) < 0) return false;
    }
    ::close(nothing);
    return true;
}

[[noreturn]] void run_child(int report, const BackgroundWork& work) {
    const Leave leave = [report](const std::string& text) {
        // The text comes last: its reader can rely on all the rest. Writing it fails if the reader
        // is gone.
        const bool left = leave_terminal() && write_all(report, text);
        ::close(report);
        return left;
    };
    const int status = work(leave);
    std::cout.flush();
    std::_Exit(status);
}

int exit_status_of_process(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return error_info(ErrorCode::internal).exit_status;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : kExitInterrupted;
}

int cannot(const char* what) {
    std::cerr << "cannot go to the background: " << what << ": " << std::strerror(errno) << '\n';
    return error_info(ErrorCode::internal).exit_status;
}

}  // namespace

int run_in_background(std::ostream& out, const BackgroundWork& work) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return cannot("pipe");
    out.flush();
    std::cerr.flush();
    const pid_t child = ::fork();
    if (child < 0) return cannot("fork");
    if (child == 0) {
        ::close(pipe[0]);
        run_child(pipe[1], work);
    }
    ::close(pipe[1]);
    const auto text = read_all(pipe[0]);
    ::close(pipe[0]);
    if (text.empty()) return exit_status_of_process(child);
    out << text << std::flush;
    return kExitSuccess;
}

}  // namespace mcast::cli
