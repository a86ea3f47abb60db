// SPDX-License-Identifier: MIT
#pragma once

// SIGINT, SIGTERM and SIGHUP as calls on a thread of their own, which begins with the first
// handler: until then they end the process. Create one object for the life of the process, and set
// the first handler before there is any other thread: this blocks the signals in the calling
// thread, and new threads inherit that. A signal that was ignored when the process began (nohup, a
// shell's background job) stays ignored. The thread blocks SIGTSTP, so that the main thread can
// hold it back.

#include <chrono>
#include <functional>
#include <memory>

namespace mcast::cli {

class Interrupts {
  public:
    /// A second signal within this time is the same one: timeout(1) and others send it to the
    /// process and again to its group.
    static constexpr std::chrono::milliseconds kSameSignal{500};

    explicit Interrupts(std::chrono::steady_clock::duration same_signal = kSameSignal);
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    /// Sets the handler of the first signal. The second signal, or one without a handler, ends the
    /// process with kExitInterrupted. Returns when no older handler is running.
    void set_handler(std::function<void()> handler);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mcast::cli
