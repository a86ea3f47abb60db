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

/// Tells a worker how far the loop has come. That costs the loop a store, and a system call only
/// when the worker sleeps until that position.
class PositionSignal {
  public:
    static constexpr ByteCount kNever = std::numeric_limits<ByteCount>::max();

    /// Loop: it has come this far.
    void set(ByteCount position) {
        // This store and the load of wanted_ are sequentially consistent, as are the worker's store
        // of wanted_ and its load of position_: one of the two threads always sees the other's.
        position_.store(position);
        if (position < wanted_.load()) return;
        wanted_.store(kNever);
        {
            const std::scoped_lock lock(mutex_);
        }
        wake_.notify_one();
    }
    /// Loop: wakes the worker, for which take_asked() is then true.
    void ask() {
        {
            const std::scoped_lock lock(mutex_);
            asked_ = true;
        }
        wake_.notify_one();
    }

    /// Worker: the position of the loop.
    [[nodiscard]] ByteCount get() const { return position_.load(); }
    /// Worker: waits until the loop reaches the position, calls ask(), or `stop` or `limit` ends
    /// it.
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
