// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "session/send/block_encoder.hpp"

namespace mcast::session {

/// Computes parity that will be needed soon, on a thread of its own, which starts at the first
/// request. On lossy paths the loop's thread is the bottleneck, and by the time that a block's
/// parity is requested its source has left the processor's cache. `source` has the whole object and
/// outlives this.
class ParityPrefetch {
  public:
    /// The first parity symbols of a block, one after the other, each of parity_size(block) bytes.
    struct Job {
        std::uint32_t block = 0;
        std::uint16_t count = 0;
        std::vector<std::uint8_t> symbols;
    };

    ParityPrefetch(const protocol::ObjectParams& object, const storage::Source& source)
        : encoder_(object, source) {}
    ~ParityPrefetch() = default;
    ParityPrefetch(const ParityPrefetch&) = delete;
    ParityPrefetch& operator=(const ParityPrefetch&) = delete;

    /// Loop: requests the first `count` parity symbols of that block. Never waits. While too many
    /// requests are open, this one is dropped.
    void want(std::uint32_t block, std::uint16_t count);
    /// Loop: true when there is something to collect.
    [[nodiscard]] bool ready() const { return ready_.load(std::memory_order_acquire); }
    /// Loop: swaps the finished jobs for those in `jobs`, whose memory is used again.
    void collect(std::vector<Job>& jobs);

  private:
    void run(const std::stop_token& stop);
    void compute(Job& job);

    BlockEncoder encoder_;  // the worker's thread
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<Job> wanted_;
    std::vector<Job> done_;
    std::vector<Job> spare_;
    std::atomic<bool> ready_ = false;
    std::vector<std::uint8_t*> rows_;  // scratch of the worker's thread
    bool alone_ = false;               ///< the loop's: the system has no thread left
    std::jthread thread_;              ///< last: it stops before the rest goes
};

}  // namespace mcast::session
