// SPDX-License-Identifier: MIT
#include "session/loop/mailbox.hpp"

#include <chrono>
#include <future>

namespace mcast::session {
namespace {

// The loop takes a turn every few milliseconds. If it takes longer than this, it waits for a page
// of the source or gets no processor, and the operator should be told instead of having to wait.
constexpr std::chrono::seconds kAnswerLimit{1};

}  // namespace

void Mailbox::post(Task task) {
    bool first = false;
    {
        const std::scoped_lock lock(mutex_);
        if (closed_) return;
        first = tasks_.empty();
        tasks_.push_back(std::move(task));
        pending_.store(true, std::memory_order_release);
    }
    if (first) waker_.wake();
}

void Mailbox::run() {
    if (!pending_.load(std::memory_order_acquire)) return;
    {
        const std::scoped_lock lock(mutex_);
        running_.swap(tasks_);
        pending_.store(false, std::memory_order_release);
    }
    for (auto& task : running_) task();
    running_.clear();
}

Result<void> Mailbox::call(std::move_only_function<Result<void>()> command) {
    auto promise = std::make_shared<std::promise<Result<void>>>();
    auto answer = promise->get_future();
    // A closed mailbox drops the task unanswered. The destructor then answers `too_late`, since a
    // broken promise would throw.
    struct Answer {
        std::shared_ptr<std::promise<Result<void>>> promise;
        bool given = false;
        explicit Answer(std::shared_ptr<std::promise<Result<void>>> p) : promise(std::move(p)) {}
        Answer(Answer&& other) noexcept
            : promise(std::move(other.promise)), given(std::exchange(other.given, true)) {}
        Answer& operator=(Answer&&) = delete;
        ~Answer() {
            if (!given) give(fail(ErrorCode::too_late, "the session has ended"));
        }
        void give(Result<void> result) {
            given = true;
            promise->set_value(std::move(result));
        }
    };
    post([answer = Answer(std::move(promise)), command = std::move(command)]() mutable {
        answer.give(command());
    });
    if (answer.wait_for(kAnswerLimit) != std::future_status::ready) {
        return fail(ErrorCode::internal, "the session is too busy to answer; try again");
    }
    return answer.get();
}

void Mailbox::close() {
    for (;;) {
        run();
        const std::scoped_lock lock(mutex_);
        if (!tasks_.empty()) continue;
        closed_ = true;
        return;
    }
}

}  // namespace mcast::session
