// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.hpp"
#include "os/last_words.hpp"
#include "os/unique_fd.hpp"

namespace mcast {

/// The end of a command: its exit status or the signal that killed it, and the last that it said.
struct ProcessEnding {
    bool killed = false;
    int number = 0;  ///< of the signal, or the exit status
    std::string last_words;

    [[nodiscard]] bool good() const { return !killed && number == 0; }
    /// "exited with status 2: tar: short read", "was killed by SIGKILL".
    [[nodiscard]] std::string text() const;
};

/// A command of the user's that /bin/sh runs beside us, with one end of a pipe as its standard
/// input (a consumer) or output (a producer). The other end is ours. Its other streams are ours as
/// well; what it writes to standard error is passed on, and its last words are kept.
///
/// It has a session of its own, without a terminal: so it gets no signal of ours, and can be ended
/// together with all that it has started. It has none of our other descriptors. One thread at a
/// time.
class ChildProcess {
  public:
    enum class Role : std::uint8_t { consumer, producer };
    struct Variable {
        std::string name;
        std::string value;  ///< what follows a NUL in it is left out
    };
    static constexpr auto kForEver = std::chrono::milliseconds(-1);

    /// Starts the command, with these variables beside those of our environment. The text of the
    /// command must be the user's alone. Errors: those of the system, and unsupported (SIGCHLD is
    /// ignored, no thread is left).
    [[nodiscard]] static Result<std::unique_ptr<ChildProcess>> start(
        const std::string& command, Role role, const std::vector<Variable>& variables = {});
    /// Ends the command, unless wait() has seen it end well.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Our end of the pipe, which does not block.
    [[nodiscard]] int pipe() const { return pipe_.get(); }
    /// A consumer sees the end of its input, a producer that its reader has gone.
    void close_pipe() { pipe_.reset(); }

    /// Waits until the command has ended, empty if it has not within `limit`. `wake`: a descriptor
    /// that ends the wait once it is readable, with the error `cancelled`; -1: none.
    [[nodiscard]] Result<std::optional<ProcessEnding>> wait(
        int wake = -1, std::chrono::milliseconds limit = kForEver);
    /// Ends the command and all that it has started: with SIGTERM, and soon after with SIGKILL. The
    /// pipe is closed only then, lest a consumer takes that for the end of its input.
    void end();

  private:
    ChildProcess(pid_t pid, UniqueFd pidfd, UniqueFd pipe, std::unique_ptr<LastWords> words);
    [[nodiscard]] bool is_ours() const;
    void kill_all(int signal) const;
    void wait_ended(std::chrono::milliseconds limit) const;

    const pid_t pid_;  ///< and its process group; nobody else has that number until it is reaped
    const UniqueFd pidfd_;
    UniqueFd pipe_;
    std::unique_ptr<LastWords> words_;
    bool over_ = false;  ///< it has ended well, or is killed
};

}  // namespace mcast
