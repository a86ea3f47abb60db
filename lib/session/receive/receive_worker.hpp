// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "base/units.hpp"
#include "session/receive/content_store.hpp"
#include "session/receive/job_pool.hpp"
#include "session/receive/output_writer.hpp"
#include "session/receive/receive_job.hpp"
#include "session/receive/work_result.hpp"

namespace mcast::session {

/// The receiver's thread for everything that may wait for a disk or costs time: opens the output,
/// does the jobs in order, and hands results back. It owns a bounded pool of buffers: when the disk
/// falls behind the pool runs dry, the loop stops reading its socket, and the sender is told.
///
/// An output in memory is filled by the loop's thread: it owns the content store then, submit()
/// does the jobs at once, while their content is in the cache, and only the tasks of the
/// OutputWriter go to the worker.
///
/// Public functions are for the loop's thread and never wait. `announce` is called on the worker's
/// thread when there are results, or buffers again after the pool was dry. The destructor waits for
/// the job at hand, for ever if the disk hangs.
class ReceiveWorker {
  public:
    /// An object, and a function that opens its output.
    struct Open {
        protocol::ObjectParams object;
        protocol::DigestParams digest;
        std::move_only_function<Result<std::unique_ptr<storage::Sink>>()> sink;
    };

    ReceiveWorker(std::function<void()> announce, ByteCount pool_bytes);
    ~ReceiveWorker();
    ReceiveWorker(const ReceiveWorker&) = delete;
    ReceiveWorker& operator=(const ReceiveWorker&) = delete;

    /// Opens the output on the worker's thread, before any job. Answered by Opened or Failed.
    void open(Open open);

    /// A job with memory, or null if all are in use; `announce` says when to ask again.
    [[nodiscard]] std::unique_ptr<ReceiveJob> take() { return pool_.take(); }
    /// A job without memory, for orders alone.
    [[nodiscard]] static std::unique_ptr<ReceiveJob> take_orders_only() {
        return std::make_unique<ReceiveJob>();
    }
    /// A job that is not of the pool, for the one packet at hand when the pool runs dry.
    [[nodiscard]] static std::unique_ptr<ReceiveJob> take_beyond_pool() { return JobPool::make(); }
    /// Gives back a job that was not needed.
    void give_back(std::unique_ptr<ReceiveJob> job) { pool_.give_back(std::move(job), false); }
    /// Takes all of `jobs`, in order, and leaves it empty.
    void submit(std::vector<std::unique_ptr<ReceiveJob>>& jobs);
    /// True if submit() itself has led to results.
    [[nodiscard]] bool has_own_results() const { return !own_results_.empty(); }
    /// Drops the queued jobs and puts the unfinished output away. Answered by Abandoned.
    void abandon();
    /// After Abandoned: open() may be called again.
    void renew();

    /// Appends the results since the last call.
    void take_results(std::vector<WorkResult>& out);
    /// The bytes of content that wait to be written or, once all is written, to reach the disk.
    [[nodiscard]] ByteCount backlog();
    /// All is written, and a program that has read it has yet to end.
    [[nodiscard]] bool reader_at_work() { return writer_.reader_at_work(); }
    [[nodiscard]] ByteCount backlog_limit() const { return pool_.bytes(); }
    /// Zeros count for the backlog, for the output that is open may have to write them.
    [[nodiscard]] bool zeros_take_time() const { return zeros_take_time_.load(); }

  private:
    using Jobs = std::vector<std::unique_ptr<ReceiveJob>>;
    enum class Output : std::uint8_t { open, broken, put_away };

    void queue(Jobs& jobs);
    [[nodiscard]] ByteCount waiting(const ReceiveJob& job) const {
        return job.payload + (zeros_take_time() ? job.zeros : 0);
    }
    void fill_here(Jobs& jobs);
    void run(const std::stop_token& stop);
    [[nodiscard]] bool wait_for_work(Jobs& batch, std::vector<OutputTask>& tasks);
    void open_output(Open open);
    void perform(ReceiveJob& job);
    void perform(const std::vector<OutputTask>& tasks);
    [[nodiscard]] bool idle() const;
    void fail(Error error);
    void finish_job(std::unique_ptr<ReceiveJob> job);
    void put_away();
    void deliver();

    const std::function<void()> announce_;
    JobPool pool_;
    OutputWriter writer_;
    std::atomic<ByteCount> backlog_ = 0;
    std::atomic<bool> abandoned_ = false;
    std::atomic<bool> zeros_take_time_ = false;  ///< of the output that is open

    std::mutex mutex_;
    std::condition_variable_any work_;
    std::optional<Open> open_;
    Jobs queue_;
    std::vector<OutputTask> tasks_;  ///< of the store that the loop owns
    std::vector<WorkResult> results_;

    // The loop's thread only.
    std::unique_ptr<ContentStore> here_;  ///< of an output in memory
    std::vector<WorkResult> own_results_;

    // The worker's thread only.
    std::stop_token stop_;
    std::unique_ptr<ContentStore> store_;  ///< of any other
    std::vector<WorkResult> fresh_;
    Output output_ = Output::open;

    std::jthread thread_;  ///< last: it stops before the rest goes
};

}  // namespace mcast::session
