// SPDX-License-Identifier: MIT
#pragma once

// Carries a session's events from its thread to the main thread, so that a stopped terminal or a
// full pipe never delays the transfer. The session's thread for events calls push(), which waits
// while the queue is full: the session's own queue is bounded, and drops what exceeds it. The main
// thread calls pop(). A new interval replaces one that is still in the queue.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include <mcast/session.hpp>

#include "cli/command.hpp"

namespace mcast::cli {

class EventQueue {
  public:
    static constexpr std::size_t kMost = 1024;

    void push(const Event& event);

    /// After this nobody pops: push() no longer waits, and drops its events.
    void close();

    /// Ends the wait of the present pop(), or of the next one.
    void wake();

    /// The oldest event; none if `limit` has passed or somebody called wake().
    [[nodiscard]] std::optional<Event> pop(Seconds limit);

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::condition_variable fetched_;
    std::deque<Event> events_;
    bool woken_ = false;
    bool closed_ = false;
};

}  // namespace mcast::cli
