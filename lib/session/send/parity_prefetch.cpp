// SPDX-License-Identifier: MIT
#include "session/send/parity_prefetch.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "session/loop/batch_scheduling.hpp"
#include "session/loop/start_thread.hpp"

namespace mcast::session {
namespace {

constexpr std::size_t kMostWanted = 16;  // blocks

}  // namespace

void ParityPrefetch::want(std::uint32_t block, std::uint16_t count) {
    if (alone_) return;
    {
        const std::scoped_lock lock(mutex_);
        if (wanted_.size() >= kMostWanted) return;
        Job job;
        if (!spare_.empty()) {
            job = std::move(spare_.back());
            spare_.pop_back();
        }
        job.block = block;
        job.count = count;
        wanted_.push_back(std::move(job));
    }
    if (!thread_.joinable())
        alone_ = !start_helper(thread_, [this](const std::stop_token& stop) { run(stop); });
    wake_.notify_one();
}

void ParityPrefetch::collect(std::vector<Job>& jobs) {
    const std::scoped_lock lock(mutex_);
    std::ranges::move(jobs, std::back_inserter(spare_));
    jobs.clear();
    std::swap(jobs, done_);
    ready_.store(false, std::memory_order_release);
}

void ParityPrefetch::run(const std::stop_token& stop) {
    become_bulk_thread("mc-parity");
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [&] { return !wanted_.empty(); }) && !stop.stop_requested()) {
        Job job = std::move(wanted_.front());
        wanted_.pop_front();
        lock.unlock();
        compute(job);
        lock.lock();
        done_.push_back(std::move(job));
        ready_.store(true, std::memory_order_release);
    }
}

void ParityPrefetch::compute(Job& job) {
    const std::size_t size = encoder_.partition().parity_size(job.block);
    job.symbols.resize(job.count * size);
    rows_.clear();
    for (std::size_t i = 0; i < job.count; ++i) rows_.push_back(job.symbols.data() + i * size);
    encoder_.encode(job.block, 0, rows_);
}

}  // namespace mcast::session
