// SPDX-License-Identifier: MIT
#pragma once

// Carries a session's events from its thread to the main thread, so that a terminal that is
// stopped or a pipe that is full never holds up the transfer. push() from the session's thread for
// events, which waits while the queue is full: the session's own queue is bounded, and loses what
// is too much. pop() from the main thread. Intervals that nobody fetched in time replace one
// another.

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

    /// Nobody fetches any more: push() no longer waits, and drops what it gets.
    void close();

    /// Ends the wait of the pop() under way, or of the next one.
    void wake();

    /// The oldest event; none when `limit` has passed or somebody called wake().
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
