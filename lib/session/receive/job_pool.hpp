// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "session/receive/receive_job.hpp"

namespace mcast::session {

/// Lends out a bounded number of jobs with memory, which come back. Any thread.
class JobPool {
  public:
    /// `announce` is called when there are jobs again after take() found none, on the thread that
    /// gives one back.
    JobPool(std::function<void()> announce, ByteCount bytes)
        : announce_(std::move(announce)),
          most_(std::max<std::size_t>(bytes / ReceiveJob::kBytes, 2)) {}

    /// Null if all jobs are in use; `announce` says when to ask again.
    [[nodiscard]] std::unique_ptr<ReceiveJob> take() {
        const std::scoped_lock lock(mutex_);
        if (!free_.empty()) {  // the one used last, which is still in the cache
            auto job = std::move(free_.back());
            free_.pop_back();
            return job;
        }
        if (made_ == most_) {
            dry_ = true;
            return nullptr;
        }
        ++made_;
        auto job = make();
        job->pooled = true;
        return job;
    }
    /// A job with memory that does not belong to the pool.
    [[nodiscard]] static std::unique_ptr<ReceiveJob> make() {
        auto job = std::make_unique<ReceiveJob>();
        job->bytes = std::make_unique_for_overwrite<std::uint8_t[]>(ReceiveJob::kBytes);
        return job;
    }
    /// `more`: further jobs will be given back soon.
    void give_back(std::unique_ptr<ReceiveJob> job, bool more) {
        if (!job || !job->pooled) return;
        job->clear();
        bool announce = false;
        {
            const std::scoped_lock lock(mutex_);
            free_.push_back(std::move(job));
            const bool enough = free_.size() >= std::min(kWorthWaking, most_) || !more;
            announce = enough && std::exchange(dry_, dry_ && !enough);
        }
        if (announce) announce_();
    }
    [[nodiscard]] ByteCount bytes() const { return most_ * ReceiveJob::kBytes; }

  private:
    // A pool that was dry is announced when it has a whole batch of jobs: reading the socket for a
    // few datagrams at a time costs more.
    static constexpr std::size_t kWorthWaking = 16;

    const std::function<void()> announce_;
    const std::size_t most_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<ReceiveJob>> free_;
    std::size_t made_ = 0;
    bool dry_ = false;
};

}  // namespace mcast::session
