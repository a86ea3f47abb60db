// SPDX-License-Identifier: MIT
#include "os/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mcast {
namespace {

using std::chrono::milliseconds;
using Role = ChildProcess::Role;

// After SIGTERM, and once more after SIGKILL: less than a session waits for its disk at the end.
constexpr milliseconds kGrace(300);
// Something that the command has started may hold its standard error open for ever.
constexpr milliseconds kWordsGrace(200);

struct Pipe {
    UniqueFd reader;
    UniqueFd writer;
};

/// Its descriptors lie above the standard ones: what is printed must not get into the content.
Result<Pipe> make_pipe() {
    std::array<int, 2> fds{};
    if (::pipe2(fds.data(), O_CLOEXEC) != 0) return fail_errno("cannot make a pipe");
    Pipe pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
    for (UniqueFd* end : {&pipe.reader, &pipe.writer}) {
        if (end->get() > STDERR_FILENO) continue;
        *end = UniqueFd(::fcntl(end->get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
        if (!end->valid()) return fail_errno("cannot make a pipe");
    }
    return pipe;
}

/// Our environment with the variables, which replace those of the same name.
class Environment {
  public:
    explicit Environment(const std::vector<ChildProcess::Variable>& variables) {
        for (char** entry = environ; *entry != nullptr; ++entry) {
            const std::string_view text = *entry;
            const auto name = text.substr(0, text.find('='));
            if (std::ranges::find(variables, name, &ChildProcess::Variable::name) ==
                variables.end())
                entries_.emplace_back(text);
        }
        for (const auto& [name, value] : variables)
            entries_.emplace_back(name).append("=").append(value);
        for (auto& entry : entries_) pointers_.push_back(entry.data());
        pointers_.push_back(nullptr);
    }
    [[nodiscard]] char** get() { return pointers_.data(); }

  private:
    std::vector<std::string> entries_;
    std::vector<char*> pointers_;
};

/// The settings of posix_spawn: signals as a program expects them, a session of its own, and no
/// descriptor beside these two and one that is ours.
class SpawnSettings {
  public:
    SpawnSettings(int own, Role role, int words) {
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawn_file_actions_init(&actions_);
        sigset_t signals;
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&attributes_, &signals);
        ::sigaddset(&signals, SIGPIPE);
        ::posix_spawnattr_setsigdefault(&attributes_, &signals);
        ::posix_spawnattr_setflags(&attributes_,
                                   static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                                      POSIX_SPAWN_SETSIGDEF));
        const int standard = role == Role::consumer ? STDIN_FILENO : STDOUT_FILENO;
        error_ = ::posix_spawn_file_actions_adddup2(&actions_, own, standard);
        if (error_ == 0)
            error_ = ::posix_spawn_file_actions_adddup2(&actions_, words, STDERR_FILENO);
        if (error_ == 0)
            error_ = ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    }
    ~SpawnSettings() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    /// Zero, or an errno.
    [[nodiscard]] int spawn(pid_t& pid, std::string command, Environment& environment) const {
        if (error_ != 0) return error_;
        std::string shell = "sh";
        std::string option = "-c";
        const std::array<char*, 4> arguments{shell.data(), option.data(), command.data(), nullptr};
        return ::posix_spawn(&pid, "/bin/sh", &actions_, &attributes_, arguments.data(),
                             environment.get());
    }

  private:
    posix_spawnattr_t attributes_{};
    posix_spawn_file_actions_t actions_{};
    int error_ = 0;
};

/// Without that the system forgets a child that ends, and gives its number to another process.
bool is_told_of_children() {
    struct sigaction action{};
    return ::sigaction(SIGCHLD, nullptr, &action) == 0 && action.sa_handler != SIG_IGN &&
           (action.sa_flags & SA_NOCLDWAIT) == 0;
}

Result<std::unique_ptr<LastWords>> listen_to(UniqueFd words) {
    UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake.valid()) return fail_errno("cannot make an event descriptor");
    try {
        return std::make_unique<LastWords>(std::move(words), std::move(wake), STDERR_FILENO);
    } catch (const std::system_error& error) {
        return fail(ErrorCode::unsupported,
                    "cannot start a thread for the words of the command: " + error.code().message(),
                    error.code().value());
    }
}

}  // namespace

std::string ProcessEnding::text() const {
    std::string text = "exited with status " + std::to_string(number);
    if (killed) {
        const char* const name = ::sigabbrev_np(number);
        text = name != nullptr ? std::string("was killed by SIG") + name
                               : "was killed by signal " + std::to_string(number);
    }
    return last_words.empty() ? text : text + ": " + last_words;
}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const std::string& command, Role role,
                                                          const std::vector<Variable>& variables) {
    if (!is_told_of_children())
        return fail(ErrorCode::unsupported,
                    "a command cannot be watched while this program ignores SIGCHLD");
    auto content = make_pipe();
    if (!content) return std::unexpected(std::move(content.error()));
    auto errors = make_pipe();
    if (!errors) return std::unexpected(std::move(errors.error()));
    auto words = listen_to(std::move(errors->reader));
    if (!words) return std::unexpected(std::move(words.error()));
    UniqueFd& theirs = role == Role::consumer ? content->reader : content->writer;
    UniqueFd& ours = role == Role::consumer ? content->writer : content->reader;
    if (::fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0) return fail_errno("cannot set up a pipe");
    Environment environment(variables);
    pid_t pid = -1;
    const SpawnSettings settings(theirs.get(), role, errors->writer.get());
    if (const int error = settings.spawn(pid, command, environment); error != 0)
        return fail_errno("cannot start the command by /bin/sh", error);
    // The function of glibc 2.36 has no linkage for C++.
    UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    const int error = errno;
    const bool known = pidfd.valid();
    std::unique_ptr<ChildProcess> child(
        new ChildProcess(pid, std::move(pidfd), std::move(ours), std::move(*words)));
    if (!known) return fail_errno("cannot watch the command", error);
    return child;
}

ChildProcess::ChildProcess(pid_t pid, UniqueFd pidfd, UniqueFd pipe,
                           std::unique_ptr<LastWords> words)
    : pid_(pid), pidfd_(std::move(pidfd)), pipe_(std::move(pipe)), words_(std::move(words)) {}

ChildProcess::~ChildProcess() {
    end();
    ::waitpid(pid_, nullptr, WNOHANG);  // one that even SIGKILL does not end is left behind
}

Result<std::optional<ProcessEnding>> ChildProcess::wait(int wake, milliseconds limit) {
    std::array<pollfd, 2> waits{pollfd{pidfd_.get(), POLLIN, 0}, pollfd{wake, POLLIN, 0}};
    int ready = 0;
    while ((ready = ::poll(waits.data(), waits.size(), static_cast<int>(limit.count()))) < 0)
        if (errno != EINTR) return fail_errno("cannot wait for the command");
    if (ready == 0) return std::nullopt;
    if (waits[0].revents == 0)
        return fail(ErrorCode::cancelled, "waiting for the command was interrupted");
    siginfo_t info{};
    if (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED | WNOWAIT) != 0)
        return fail_errno("cannot tell how the command ended");
    words_->wait_end(kWordsGrace);
    ProcessEnding ending{info.si_code != CLD_EXITED, info.si_status, words_->text()};
    over_ = over_ || ending.good();
    return ending;
}

bool ChildProcess::is_ours() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | WNOHANG) == 0;
}

void ChildProcess::kill_all(int signal) const {
    if (is_ours()) ::kill(-pid_, signal);
}

void ChildProcess::wait_ended(milliseconds limit) const {
    pollfd waits{pidfd_.get(), POLLIN, 0};
    ::poll(&waits, 1, static_cast<int>(limit.count()));
}

void ChildProcess::end() {
    if (!std::exchange(over_, true)) {
        kill_all(SIGTERM);
        kill_all(SIGCONT);
        // Others of the group may take longer than the shell. They are gone when nobody can speak.
        wait_ended(kGrace);
        words_->wait_end(kGrace);
        kill_all(SIGKILL);
        wait_ended(kGrace);
    }
    pipe_.reset();
}

}  // namespace mcast
