// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>

#include "base/units.hpp"

namespace mcast::storage {

/// Brings an output to its disk piece by piece, so that the rest can be told meanwhile: the content
/// that the system still holds in memory may keep a slow disk busy for minutes.
class SyncProgress {
  public:
    /// `bring(offset, length)` returns when that part is on the disk; false stops early.
    template <typename Bring>
    void run(ByteCount size, Bring&& bring) {
        for (ByteCount at = 0; at < size; at += kStep) {
            left_.store(size - at, std::memory_order_relaxed);
            if (!bring(at, std::min(kStep, size - at))) break;
        }
        left_.store(0, std::memory_order_relaxed);
    }

    /// The bytes that are left; 0 before and after. Any thread.
    [[nodiscard]] ByteCount left() const { return left_.load(std::memory_order_relaxed); }

  private:
    static constexpr ByteCount kStep = 16U << 20;

    std::atomic<ByteCount> left_ = 0;
};

}  // namespace mcast::storage
