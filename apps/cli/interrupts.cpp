// SPDX-License-Identifier: MIT
#include "cli/interrupts.hpp"

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include <pthread.h>
#include <signal.h>

#include "cli/command.hpp"
#include "cli/suspension.hpp"

namespace mcast::cli {

using Clock = std::chrono::steady_clock;

struct Interrupts::State {
    Clock::duration same_signal{};
    sigset_t signals{};
    int wake_signal = 0;  // one of the set, which ends the thread; 0: every signal is ignored
    std::mutex mutex;     // guards the next three
    std::function<void()> handler;
    std::optional<Clock::time_point> handled;
    std::thread worker;  // runs the handler, so that a second signal is seen meanwhile
    std::atomic<bool> stopping = false;
    std::thread thread;

    void start();
    void run();
    void receive();
};

void Interrupts::State::start() {
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    const Suspension left_to_others;  // the thread inherits that it is blocked
    thread = std::thread([this] { run(); });
}

void Interrupts::State::run() {
    while (true) {
        int signal = 0;
        if (sigwait(&signals, &signal) != 0) continue;
        if (stopping) return;
        receive();
    }
}

void Interrupts::State::receive() {
    const std::scoped_lock lock(mutex);
    if (handled && Clock::now() - *handled < same_signal) return;
    if (handled || !handler) std::_Exit(kExitInterrupted);
    handled = Clock::now();
    try {
        worker = std::thread(handler);
    } catch (const std::system_error&) {
        handler();  // no thread can be started: a second signal waits
    }
}

Interrupts::Interrupts(Clock::duration same_signal) : state_(std::make_unique<State>()) {
    state_->same_signal = same_signal;
    sigemptyset(&state_->signals);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction action{};
        if (sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
        sigaddset(&state_->signals, number);
        state_->wake_signal = number;
        action = {};
        action.sa_handler = [](int) { std::_Exit(kExitInterrupted); };
        sigaction(number, &action, nullptr);
    }
}

Interrupts::~Interrupts() {
    set_handler({});
    if (!state_->thread.joinable()) return;
    state_->stopping = true;
    pthread_kill(state_->thread.native_handle(), state_->wake_signal);
    state_->thread.join();
}

void Interrupts::set_handler(std::function<void()> handler) {
    const bool first = handler && !state_->thread.joinable();
    if (first && state_->wake_signal != 0) state_->start();
    std::thread finished;
    {
        const std::scoped_lock lock(state_->mutex);
        state_->handler = std::move(handler);
        finished = std::move(state_->worker);
    }
    if (finished.joinable()) finished.join();
}

}  // namespace mcast::cli
