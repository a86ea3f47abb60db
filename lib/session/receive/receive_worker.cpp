// SPDX-License-Identifier: MIT
#include "session/receive/receive_worker.hpp"

#include <algorithm>
#include <utility>

#include "session/loop/bulk_thread.hpp"

namespace mcast::session {
namespace {

// A dry pool is worth reading the socket for again when a whole batch fits.
constexpr std::size_t kWorthWaking = 16;
// Gathering pays for small jobs; copying a whole batch once more does not.
constexpr std::size_t kAbsorbBelow = 16384;

}  // namespace

ReceiveWorker::ReceiveWorker(std::function<void()> announce, ByteCount pool_bytes)
    : announce_(std::move(announce)),
      max_jobs_(std::max<std::size_t>(pool_bytes / ReceiveJob::kBytes, 2)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ReceiveWorker::~ReceiveWorker() {
    thread_.request_stop();
    const std::scoped_lock lock(mutex_);
    if (live_ != nullptr) live_->interrupt();
}

void ReceiveWorker::open(Open open) {
    {
        const std::scoped_lock lock(mutex_);
        open_ = std::move(open);
    }
    work_.notify_one();
}

std::unique_ptr<ReceiveJob> ReceiveWorker::take() {
    const std::scoped_lock lock(mutex_);
    if (!free_.empty()) {  // the one used last: it is still in the cache
        auto job = std::move(free_.back());
        free_.pop_back();
        return job;
    }
    if (made_ == max_jobs_) {
        dry_ = true;
        return nullptr;
    }
    ++made_;
    auto job = take_beyond_pool();
    job->pooled = true;
    return job;
}

std::unique_ptr<ReceiveJob> ReceiveWorker::take_beyond_pool() {
    auto job = std::make_unique<ReceiveJob>();
    job->bytes = std::make_unique_for_overwrite<std::uint8_t[]>(ReceiveJob::kBytes);
    return job;
}

void ReceiveWorker::give_back(std::unique_ptr<ReceiveJob> job) {
    if (!job || !job->pooled) return;
    job->clear();
    bool announce = false;
    {
        const std::scoped_lock lock(mutex_);
        free_.push_back(std::move(job));
        const auto enough = std::min(kWorthWaking, max_jobs_);
        if (dry_ && (free_.size() >= enough || queue_.empty())) {
            dry_ = false;
            announce = true;
        }
    }
    if (announce) announce_();
}

void ReceiveWorker::submit(Jobs& jobs) {
    if (jobs.empty()) return;
    here_ != nullptr ? perform_here(jobs) : queue(jobs);
    jobs.clear();
}

void ReceiveWorker::perform_here(Jobs& jobs) {
    Jobs waiting;
    for (auto& job : jobs) {
        auto orders = take_orders_only();
        std::erase_if(job->orders, [&](ReceiveJob::PlacedOrder& placed) {
            if (!ContentStore::waits(placed.order)) return false;
            if (placed.order.kind == protocol::Order::Kind::release)
                here_->settled(placed.order.offset);
            orders->add(std::move(placed.order));
            return true;
        });
        if (auto done = here_->perform(*job, own_results_); !done) {
            own_results_.emplace_back(Failed{std::move(done.error())});
            here_ = nullptr;
            return;
        }
        give_back(std::move(job));
        if (!orders->empty()) waiting.push_back(std::move(orders));
    }
    if (!waiting.empty()) queue(waiting);
}

void ReceiveWorker::queue(Jobs& jobs) {
    bool idle = false;
    {
        const std::scoped_lock lock(mutex_);
        idle = queue_.empty();
        for (auto& job : jobs) {
            backlog_.fetch_add(job->payload, std::memory_order_relaxed);
            // While the worker is behind, single packets share buffers, so that the pool lasts.
            const bool small = job->used <= kAbsorbBelow;
            if (small && !queue_.empty() && queue_.back()->absorb(*job)) {
                job->clear();
                if (job->pooled) free_.push_back(std::move(job));
            } else {
                queue_.push_back(std::move(job));
            }
        }
    }
    if (idle) work_.notify_one();
}

void ReceiveWorker::abandon() {
    here_ = nullptr;
    abandoned_.store(true, std::memory_order_relaxed);
    {
        const std::scoped_lock lock(mutex_);
        if (live_ != nullptr) live_->interrupt();
        queue_.push_back(take_orders_only());
    }
    work_.notify_one();
}

void ReceiveWorker::renew() {
    Jobs late;
    {
        const std::scoped_lock lock(mutex_);
        late.swap(queue_);
        abandoned_.store(false, std::memory_order_relaxed);
        put_away_ = broken_ = false;  // the worker's thread has come to rest
    }
    for (auto& job : late) finish_job(std::move(job));
}

ByteCount ReceiveWorker::backlog() {
    if (const ByteCount waiting = backlog_.load(std::memory_order_relaxed)) return waiting;
    const std::scoped_lock lock(mutex_);
    return live_ != nullptr ? live_->left_to_sync() : 0;
}

void ReceiveWorker::take_results(std::vector<WorkResult>& out) {
    out.insert(out.end(), std::make_move_iterator(own_results_.begin()),
               std::make_move_iterator(own_results_.end()));
    own_results_.clear();
    const std::scoped_lock lock(mutex_);
    for (auto& result : results_) {
        // One that was abandoned meanwhile is being put away.
        if (const auto* opened = std::get_if<Opened>(&result); opened != nullptr && !abandoned_)
            here_ = opened->in_memory;
        out.push_back(std::move(result));
    }
    results_.clear();
}

void ReceiveWorker::run(const std::stop_token& stop) {
    stop_ = stop;
    become_bulk_thread("mc-disk");
    Jobs batch;
    while (wait_for_work(batch)) {
        for (auto& job : batch) {
            perform(*job);
            finish_job(std::move(job));
        }
        batch.clear();
        if (abandoned_.load(std::memory_order_relaxed)) abandon_store();
        deliver();
    }
}

bool ReceiveWorker::wait_for_work(Jobs& batch) {
    Open open;
    {
        std::unique_lock lock(mutex_);
        work_.wait(lock, stop_, [&] { return open_ || !queue_.empty(); });
        if (stop_.stop_requested()) return false;
        open = std::exchange(open_, nullptr);
        batch.swap(queue_);
    }
    if (open) open_store(std::move(open));
    return true;
}

void ReceiveWorker::open_store(Open open) {
    auto store = open();
    if (store) {
        store_ = std::move(*store);
        publish(store_.get());
        fresh_.emplace_back(Opened{store_->window(), store_->in_memory() ? store_.get() : nullptr});
    } else {
        broken_ = true;
        fresh_.emplace_back(Failed{std::move(store.error())});
    }
    deliver();
}

void ReceiveWorker::perform(ReceiveJob& job) {
    if (broken_ || !store_ || abandoned_.load(std::memory_order_relaxed)) return;
    if (auto done = perform_all(job); !done) {
        broken_ = true;
        fresh_.emplace_back(Failed{std::move(done.error())});
    }
    deliver();
}

/// Of a store in memory the content is the loop's.
Result<void> ReceiveWorker::perform_all(const ReceiveJob& job) {
    if (!store_->in_memory()) return store_->perform(job, fresh_);
    for (const auto& placed : job.orders)
        if (auto done = store_->conclude(placed.order, fresh_); !done) return done;
    return {};
}

void ReceiveWorker::finish_job(std::unique_ptr<ReceiveJob> job) {
    backlog_.fetch_sub(job->payload, std::memory_order_relaxed);
    give_back(std::move(job));
}

void ReceiveWorker::abandon_store() {
    if (put_away_) return;
    put_away_ = true;
    publish(nullptr);
    Abandoned abandoned;
    if (store_) abandoned.part = store_->abandon();
    if (store_ && !abandoned.part) abandoned.part = store_->take_back();
    store_.reset();
    fresh_.emplace_back(std::move(abandoned));
}

void ReceiveWorker::publish(ContentStore* store) {
    const std::scoped_lock lock(mutex_);
    live_ = store;
    // abandon() or the destructor may have come while it was being opened.
    if (live_ != nullptr &&
        (stop_.stop_requested() || abandoned_.load(std::memory_order_relaxed))) {
        live_->interrupt();
    }
}

void ReceiveWorker::deliver() {
    if (fresh_.empty()) return;
    {
        const std::scoped_lock lock(mutex_);
        results_.insert(results_.end(), std::make_move_iterator(fresh_.begin()),
                        std::make_move_iterator(fresh_.end()));
    }
    fresh_.clear();
    announce_();
}

}  // namespace mcast::session
