// SPDX-License-Identifier: MIT
#include "session/receive/receive_worker.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "session/loop/batch_scheduling.hpp"

namespace mcast::session {
namespace {

// Gathering pays for small jobs, but not for a whole batch, which would be copied once more.
constexpr std::size_t kAbsorbBelow = 16384;

}  // namespace

ReceiveWorker::ReceiveWorker(std::function<void()> announce, ByteCount pool_bytes)
    : announce_(std::move(announce)),
      pool_(announce_, pool_bytes),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ReceiveWorker::~ReceiveWorker() {
    thread_.request_stop();
    writer_.interrupt();
}

void ReceiveWorker::open(Open open) {
    {
        const std::scoped_lock lock(mutex_);
        open_ = std::move(open);
    }
    work_.notify_one();
}

void ReceiveWorker::submit(Jobs& jobs) {
    if (jobs.empty()) return;
    here_ ? fill_here(jobs) : queue(jobs);
    jobs.clear();
}

void ReceiveWorker::fill_here(Jobs& jobs) {
    StoreOutcome outcome;
    for (auto& job : jobs) {
        if (auto done = here_->perform(*job, outcome); !done) {
            own_results_.emplace_back(Failed{std::move(done.error())});
            here_.reset();
            break;
        }
        give_back(std::move(job));
    }
    own_results_.insert(own_results_.end(), outcome.verdicts.begin(), outcome.verdicts.end());
    if (!here_ || outcome.tasks.empty()) return;
    {
        const std::scoped_lock lock(mutex_);
        std::ranges::move(outcome.tasks, std::back_inserter(tasks_));
    }
    work_.notify_one();
}

void ReceiveWorker::queue(Jobs& jobs) {
    bool idle = false;
    {
        const std::scoped_lock lock(mutex_);
        idle = queue_.empty();
        for (auto& job : jobs) {
            backlog_.fetch_add(waiting(*job), std::memory_order_relaxed);
            // While the worker is behind, single packets share buffers, so that the pool lasts
            // longer.
            const bool small = job->used <= kAbsorbBelow;
            if (small && !queue_.empty() && queue_.back()->absorb(*job)) {
                pool_.give_back(std::move(job), true);
            } else {
                queue_.push_back(std::move(job));
            }
        }
    }
    if (idle) work_.notify_one();
}

void ReceiveWorker::abandon() {
    here_.reset();
    abandoned_.store(true, std::memory_order_relaxed);
    writer_.interrupt();
    {
        const std::scoped_lock lock(mutex_);
        queue_.push_back(take_orders_only());
    }
    work_.notify_one();
}

void ReceiveWorker::renew() {
    Jobs late;
    {
        const std::scoped_lock lock(mutex_);
        late.swap(queue_);
        tasks_.clear();
        abandoned_.store(false, std::memory_order_relaxed);
        output_ = Output::open;  // the worker's thread has come to rest
    }
    writer_.renew();
    for (auto& job : late) finish_job(std::move(job));
}

ByteCount ReceiveWorker::backlog() {
    if (const ByteCount waiting = backlog_.load(std::memory_order_relaxed)) return waiting;
    return writer_.left_to_sync();
}

void ReceiveWorker::take_results(std::vector<WorkResult>& out) {
    std::ranges::move(own_results_, std::back_inserter(out));
    own_results_.clear();
    const std::scoped_lock lock(mutex_);
    for (auto& result : results_) {
        if (auto* opened = std::get_if<Opened>(&result)) {
            here_ = std::move(opened->store);
            if (abandoned_) here_.reset();  // the output is being put away
        }
        out.push_back(std::move(result));
    }
    results_.clear();
}

void ReceiveWorker::run(const std::stop_token& stop) {
    stop_ = stop;
    become_bulk_thread("mc-disk");
    Jobs batch;
    std::vector<OutputTask> tasks;
    while (wait_for_work(batch, tasks)) {
        for (auto& job : batch) {
            perform(*job);
            finish_job(std::move(job));
        }
        batch.clear();
        perform(tasks);
        tasks.clear();
        if (abandoned_.load(std::memory_order_relaxed)) put_away();
        deliver();
    }
}

bool ReceiveWorker::wait_for_work(Jobs& batch, std::vector<OutputTask>& tasks) {
    std::optional<Open> open;
    {
        std::unique_lock lock(mutex_);
        work_.wait(lock, stop_, [&] { return open_ || !queue_.empty() || !tasks_.empty(); });
        if (stop_.stop_requested()) return false;
        open = std::exchange(open_, std::nullopt);
        batch.swap(queue_);
        tasks.swap(tasks_);
    }
    if (open) open_output(std::move(*open));
    return true;
}

void ReceiveWorker::open_output(Open open) {
    auto sink = open.sink();
    if (!sink) {
        fail(std::move(sink.error()));
    } else {
        storage::Sink& output = writer_.adopt(std::move(*sink));
        zeros_take_time_.store(output.zeros_take_time());
        auto store = std::make_unique<ContentStore>(output, open.object, open.digest);
        Opened opened{store->window(), nullptr};
        (output.in_memory() ? opened.store : store_) = std::move(store);
        fresh_.emplace_back(std::move(opened));
    }
    deliver();
}

/// True once nothing is done with jobs any more.
bool ReceiveWorker::idle() const {
    return output_ != Output::open || abandoned_.load(std::memory_order_relaxed);
}

void ReceiveWorker::fail(Error error) {
    output_ = Output::broken;
    fresh_.emplace_back(Failed{std::move(error)});
}

void ReceiveWorker::perform(ReceiveJob& job) {
    if (idle() || !store_) return;
    StoreOutcome outcome;
    auto done = store_->perform(job, outcome);
    fresh_.insert(fresh_.end(), outcome.verdicts.begin(), outcome.verdicts.end());
    if (!done) fail(std::move(done.error()));
    perform(outcome.tasks);
    deliver();
}

void ReceiveWorker::perform(const std::vector<OutputTask>& tasks) {
    for (const auto& task : tasks) {
        if (idle()) return;
        if (auto result = writer_.run(task); result)
            fresh_.push_back(std::move(*result));
        else
            fail(std::move(result.error()));
        deliver();
    }
}

void ReceiveWorker::finish_job(std::unique_ptr<ReceiveJob> job) {
    backlog_.fetch_sub(waiting(*job), std::memory_order_relaxed);
    bool more = false;
    {
        const std::scoped_lock lock(mutex_);
        more = !queue_.empty();
    }
    pool_.give_back(std::move(job), more);
}

void ReceiveWorker::put_away() {
    if (output_ == Output::put_away) return;
    output_ = Output::put_away;
    store_.reset();
    fresh_.emplace_back(Abandoned{writer_.put_away()});
}

void ReceiveWorker::deliver() {
    if (fresh_.empty()) return;
    {
        const std::scoped_lock lock(mutex_);
        std::ranges::move(fresh_, std::back_inserter(results_));
    }
    fresh_.clear();
    announce_();
}

}  // namespace mcast::session
