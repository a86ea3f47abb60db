// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "net/waker.hpp"

namespace mcast::session {

/// The tasks that other threads have for the transfer loop: commands of operators, results of
/// workers. Any thread posts, the loop's thread runs the tasks in order; the waker announces the
/// first of a batch. Outlives every thread that posts.
class Mailbox {
  public:
    using Task = std::move_only_function<void()>;

    explicit Mailbox(net::Waker waker) : waker_(std::move(waker)) {}

    void post(Task task);
    /// Gives the loop a turn, in which it finds work that needs no task.
    void wake() const { waker_.wake(); }

    /// Loop: readable when something was posted.
    [[nodiscard]] int fd() const { return waker_.fd(); }
    /// Loop: takes the announcement back. Call it before run(), or a task could be missed.
    void drain() const { waker_.drain(); }
    /// Loop: runs what has been posted so far.
    void run();

    /// Runs `command` on the loop and returns its answer, or `too_late` if the loop has ended, or
    /// `internal` if it does not answer within a second. Not for the loop's own thread.
    [[nodiscard]] Result<void> call(std::move_only_function<Result<void>()> command);
    /// Loop, when it ends: runs the tasks that are left; later ones are dropped.
    void close();

  private:
    net::Waker waker_;
    std::mutex mutex_;
    std::vector<Task> tasks_;
    std::vector<Task> running_;
    std::atomic<bool> pending_ = false;
    bool closed_ = false;
};

}  // namespace mcast::session
