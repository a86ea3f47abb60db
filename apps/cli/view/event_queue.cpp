// SPDX-License-Identifier: MIT
#include "cli/view/event_queue.hpp"

namespace mcast::cli {

void EventQueue::push(const Event& event) {
    std::unique_lock lock(mutex_);
    fetched_.wait(lock, [this] { return closed_ || events_.size() < kMost; });
    if (closed_) return;
    const auto interval = Event::Kind::interval;
    if (event.kind == interval && !events_.empty() && events_.back().kind == interval) {
        events_.back() = event;
    } else {
        events_.push_back(event);
    }
    changed_.notify_one();
}

void EventQueue::close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    fetched_.notify_one();
}

void EventQueue::wake() {
    const std::scoped_lock lock(mutex_);
    woken_ = true;
    changed_.notify_one();
}

std::optional<Event> EventQueue::pop(Seconds limit) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, limit, [this] { return woken_ || !events_.empty(); });
    woken_ = false;
    if (events_.empty()) return {};
    auto event = std::move(events_.front());
    events_.pop_front();
    fetched_.notify_one();
    return event;
}

}  // namespace mcast::cli
