// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>

#include "base/units.hpp"

namespace mcast::storage {

/// Brings an output to its disk piece by piece, so that it can be told meanwhile how much is left:
/// what the system holds in memory of it may keep a slow disk busy for minutes.
class SyncProgress {
  public:
    /// `bring(offset, length)` returns when that much is on the disk, and false to stop early.
    template <typename Bring>
    void run(ByteCount size, Bring&& bring) {
        for (ByteCount at = 0; at < size; at += kStep) {
            left_.store(size - at, std::memory_order_relaxed);
            if (!bring(at, std::min(kStep, size - at))) break;
        }
        left_.store(0, std::memory_order_relaxed);
    }

    /// Bytes; 0 before and after. Any thread.
    [[nodiscard]] ByteCount left() const { return left_.load(std::memory_order_relaxed); }

  private:
    static constexpr ByteCount kStep = 16U << 20;

    std::atomic<ByteCount> left_ = 0;
};

}  // namespace mcast::storage
