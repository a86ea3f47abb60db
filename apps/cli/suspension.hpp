// SPDX-License-Identifier: MIT
#pragma once

// Ctrl-Z, held back: while one of these lives the process is stopped by SIGTSTP only when it says
// so, after it has put the terminal in order. Main thread only, with no other thread that takes the
// signal (Interrupts does not). At its end a Ctrl-Z that nobody asked for takes effect.

#include <signal.h>

namespace mcast::cli {

class Suspension {
  public:
    Suspension();
    ~Suspension();
    Suspension(const Suspension&) = delete;
    Suspension& operator=(const Suspension&) = delete;

    /// Somebody pressed Ctrl-Z.
    [[nodiscard]] bool wanted() const;

    /// Stops the process, as Ctrl-Z does, if that is wanted; returns when it is continued.
    void stop();

  private:
    sigset_t signal_{};
    sigset_t before_{};  ///< what the thread blocked, to be restored
};

}  // namespace mcast::cli
