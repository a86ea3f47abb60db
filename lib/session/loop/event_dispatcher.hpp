// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include <mcast/session.hpp>

#include "base/result.hpp"

namespace mcast::session {

/// Delivers a session's events in order, on a thread of its own, so that a slow observer or disk
/// never delays the transfer. The final status is on record before anybody hears of the end, and
/// wait() returns after all have heard of it. Memory is bounded: an observer that is too slow loses
/// events, and is told how many.
class EventDispatcher {
  public:
    struct Outlets {
        /// The final status, once, before the end is told; a failure is told as a warning.
        std::function<Result<void>(const Status&)> record;
        std::function<void(const Event&)> publish;  ///< to subscribers in other processes
        Observer observer;                          ///< may be empty
    };

    explicit EventDispatcher(Outlets outlets);
    /// Events that were pushed are delivered first.
    ~EventDispatcher() = default;
    EventDispatcher(const EventDispatcher&) = delete;
    EventDispatcher& operator=(const EventDispatcher&) = delete;

    /// The most events that wait for the observer. The joins and ends of the largest group fit.
    static constexpr std::size_t kMostWaiting = 50'000;

    /// Any thread; never waits. After `end` nothing is taken any more.
    void push(Event event);
    /// True when `end` has been delivered. Any thread but the dispatcher's, and several at a time.
    [[nodiscard]] bool wait(std::optional<std::chrono::duration<double>> limit);

  private:
    void run(const std::stop_token& stop);
    void deliver(const Event& event);
    void tell(const Event& event) const;
    void record(const Event& end) const;
    void tell_lost();

    const Outlets outlets_;
    std::mutex mutex_;
    std::condition_variable_any pushed_;
    std::condition_variable delivered_;
    std::deque<Event> queue_;
    std::size_t lost_ = 0;  ///< since the queue was full
    bool closed_ = false;   ///< `end` was pushed
    bool ended_ = false;    ///< `end` was delivered
    std::jthread thread_;   ///< last: it stops before the rest goes
};

}  // namespace mcast::session
