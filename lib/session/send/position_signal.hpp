// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <stop_token>
#include <utility>

#include "base/units.hpp"

namespace mcast::session {

/// How far the loop has come, for a worker that follows it. The loop pays a store, and a call of
/// the system only when the worker sleeps until that position.
class PositionSignal {
  public:
    static constexpr ByteCount kNever = std::numeric_limits<ByteCount>::max();

    /// Loop.
    void set(ByteCount position) {
        // Sequentially consistent, as the worker's store of wanted_ before its look at position_:
        // one of the two always sees the other.
        position_.store(position);
        if (position < wanted_.load()) return;
        wanted_.store(kNever);
        {
            const std::scoped_lock lock(mutex_);
        }
        wake_.notify_one();
    }
    /// Loop: wakes the worker, which finds `asked`.
    void ask() {
        {
            const std::scoped_lock lock(mutex_);
            asked_ = true;
        }
        wake_.notify_one();
    }

    /// Worker.
    [[nodiscard]] ByteCount get() const { return position_.load(); }
    /// Worker: until the position is reached, something is asked, it is to stop, or so long.
    void wait(const std::stop_token& stop, ByteCount position, std::chrono::milliseconds limit) {
        std::unique_lock lock(mutex_);
        wanted_.store(position);
        wake_.wait_for(lock, stop, limit, [&] { return asked_ || position_.load() >= position; });
        wanted_.store(kNever);
    }
    /// Worker: whether ask() was called since the last time.
    [[nodiscard]] bool take_asked() {
        const std::scoped_lock lock(mutex_);
        return std::exchange(asked_, false);
    }

  private:
    std::atomic<ByteCount> position_ = 0;
    std::atomic<ByteCount> wanted_ = kNever;  ///< the worker sleeps until this position
    std::mutex mutex_;
    std::condition_variable_any wake_;
    bool asked_ = false;
};

}  // namespace mcast::session
