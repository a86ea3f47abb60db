// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <csignal>

namespace mcast::storage {

/// Keeps SIGPIPE from our own writes away. Its disposition belongs to the program, so it stays.
class SigpipeBlock {
  public:
    SigpipeBlock() {
        ::sigemptyset(&only_);
        ::sigaddset(&only_, SIGPIPE);
        sigset_t pending;
        ::sigpending(&pending);
        was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &only_, &before_);
    }
    SigpipeBlock(const SigpipeBlock&) = delete;
    SigpipeBlock& operator=(const SigpipeBlock&) = delete;
    ~SigpipeBlock() {
        const timespec now{};
        if (!was_pending_)
            while (::sigtimedwait(&only_, nullptr, &now) < 0 && errno == EINTR) continue;
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

  private:
    sigset_t only_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

}  // namespace mcast::storage
