// SPDX-License-Identifier: MIT
#include "session/loop/event_dispatcher.hpp"

#include <utility>

#include "session/notices.hpp"

namespace mcast::session {
namespace {

// A longer limit counts as none: the clock could not represent its end.
constexpr std::chrono::duration<double> kLongestWait = std::chrono::hours(24 * 365);

}  // namespace

EventDispatcher::EventDispatcher(Outlets outlets)
    : outlets_(std::move(outlets)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void EventDispatcher::push(Event event) {
    {
        const std::scoped_lock lock(mutex_);
        if (closed_) return;
        closed_ = event.kind == Event::Kind::end;
        // An observer that cannot keep up gets only the latest interval.
        const bool replaces = event.kind == Event::Kind::interval && !queue_.empty() &&
                              queue_.back().kind == Event::Kind::interval;
        if (replaces) {
            queue_.back() = std::move(event);
        } else if (queue_.size() >= kMostWaiting && !closed_) {
            ++lost_;
        } else {
            tell_lost();
            queue_.push_back(std::move(event));
        }
    }
    pushed_.notify_one();
}

/// Queues a warning in place of the events that were lost. The caller holds the lock.
void EventDispatcher::tell_lost() {
    if (lost_ == 0) return;
    Event lost;
    lost.kind = Event::Kind::warning;
    lost.time = queue_.empty() ? WallTime{} : queue_.back().time;
    lost.session = queue_.empty() ? std::string() : queue_.back().session;
    lost.text = lost_events_text(std::exchange(lost_, 0));
    queue_.push_back(std::move(lost));
}

bool EventDispatcher::wait(std::optional<std::chrono::duration<double>> limit) {
    std::unique_lock lock(mutex_);
    const auto ended = [this] { return ended_; };
    if (limit && *limit < kLongestWait) return delivered_.wait_for(lock, *limit, ended);
    delivered_.wait(lock, ended);
    return true;
}

void EventDispatcher::run(const std::stop_token& stop) {
    for (;;) {
        std::unique_lock lock(mutex_);
        if (!pushed_.wait(lock, stop, [this] { return !queue_.empty(); })) return;
        const Event event = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        deliver(event);
    }
}

void EventDispatcher::deliver(const Event& event) {
    const bool end = event.kind == Event::Kind::end;
    if (end) record(event);
    tell(event);
    if (!end) return;
    {
        const std::scoped_lock lock(mutex_);
        ended_ = true;
    }
    delivered_.notify_all();
}

void EventDispatcher::tell(const Event& event) const {
    outlets_.publish(event);
    if (outlets_.observer) outlets_.observer(event);
}

void EventDispatcher::record(const Event& end) const {
    auto recorded = outlets_.record(*end.status);
    if (recorded) return;
    Event warning;
    warning.kind = Event::Kind::warning;
    warning.text = std::move(recorded.error().message);
    warning.time = end.time;
    warning.session = end.session;
    tell(warning);
}

}  // namespace mcast::session
