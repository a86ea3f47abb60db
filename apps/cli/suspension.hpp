// SPDX-License-Identifier: MIT
#pragma once

// Holds Ctrl-Z back: while one of these lives, SIGTSTP stops the process only in stop(), after the
// terminal was put in order. Main thread only; no other thread may accept the signal (that of
// Interrupts does not). When it is destroyed, a Ctrl-Z that still waits takes effect.

#include <signal.h>

namespace mcast::cli {

class Suspension {
  public:
    Suspension();
    ~Suspension();
    Suspension(const Suspension&) = delete;
    Suspension& operator=(const Suspension&) = delete;

    /// True if somebody pressed Ctrl-Z.
    [[nodiscard]] bool wanted() const;

    /// Stops the process, as Ctrl-Z does, if wanted(); returns when it is continued.
    void stop();

  private:
    sigset_t signal_{};
    sigset_t before_{};  ///< the signals that were blocked, to be restored
};

}  // namespace mcast::cli
