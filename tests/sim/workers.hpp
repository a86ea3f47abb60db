// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <barrier>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace mcast::sim {

/// Threads that share out the numbers [0, count) of one job after the other, with the caller as one
/// of them.
class Workers {
  public:
    explicit Workers(unsigned threads) : gate_(static_cast<std::ptrdiff_t>(threads)) {
        for (unsigned i = 1; i < threads; ++i)
            threads_.emplace_back([this] {
                for (;;) {
                    gate_.arrive_and_wait();
                    if (job_ == nullptr) return;
                    work();
                    gate_.arrive_and_wait();
                }
            });
    }
    ~Workers() {
        job_ = nullptr;
        gate_.arrive_and_wait();
    }

    void each(std::size_t count, const std::function<void(std::size_t)>& job) {
        job_ = &job;
        count_ = count;
        next_ = 0;
        gate_.arrive_and_wait();
        work();
        gate_.arrive_and_wait();
    }

  private:
    void work() {
        constexpr std::size_t kChunk = 64;
        for (std::size_t from; (from = next_.fetch_add(kChunk)) < count_;)
            for (std::size_t i = from; i < std::min(from + kChunk, count_); ++i) (*job_)(i);
    }

    std::barrier<> gate_;
    const std::function<void(std::size_t)>* job_ = nullptr;
    std::size_t count_ = 0;
    std::atomic<std::size_t> next_ = 0;
    std::vector<std::jthread> threads_;  // last: they end before the rest goes
};

}  // namespace mcast::sim
