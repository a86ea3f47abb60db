// SPDX-License-Identifier: MIT
#include "cli/interrupts.hpp"

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <pthread.h>
#include <signal.h>

#include "cli/command.hpp"

namespace mcast::cli {

struct Interrupts::State {
    sigset_t signals{};
    int wake_signal = 0;  // one of the set, to end the thread with; 0: every signal is ignored
    std::mutex mutex;     // held while the handler runs
    std::function<void()> handler;
    bool handled = false;
    std::atomic<bool> stopping = false;
    std::thread thread;

    void run();
    void receive();
};

void Interrupts::State::run() {
    while (true) {
        int signal = 0;
        if (sigwait(&signals, &signal) != 0) continue;
        if (stopping) return;
        receive();
    }
}

void Interrupts::State::receive() {
    // A second signal must get through even while the first one's handler is at work: the lock is
    // tried, not waited for.
    const std::unique_lock lock(mutex, std::try_to_lock);
    if (!lock || handled || !handler) std::_Exit(kExitInterrupted);
    handled = true;
    handler();
}

Interrupts::Interrupts() : state_(std::make_unique<State>()) {
    sigemptyset(&state_->signals);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction action{};
        if (sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
        sigaddset(&state_->signals, number);
        state_->wake_signal = number;
    }
    if (state_->wake_signal == 0) return;
    pthread_sigmask(SIG_BLOCK, &state_->signals, nullptr);
    state_->thread = std::thread([state = state_.get()] { state->run(); });
}

Interrupts::~Interrupts() {
    if (!state_->thread.joinable()) return;
    state_->stopping = true;
    pthread_kill(state_->thread.native_handle(), state_->wake_signal);
    state_->thread.join();
}

void Interrupts::set_handler(std::function<void()> handler) {
    const std::scoped_lock lock(state_->mutex);
    state_->handler = std::move(handler);
}

}  // namespace mcast::cli
