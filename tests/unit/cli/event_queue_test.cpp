// SPDX-License-Identifier: MIT
#include "cli/view/event_queue.hpp"

#include <atomic>
#include <thread>

#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using Kind = Event::Kind;

namespace {

Event event(Kind kind, int percent = 0) {
    auto status = test::running();
    status.percent = percent;
    return test::told(kind, status);
}

}  // namespace

TEST_CASE("events come out in the order in which they went in", "[cli]") {
    EventQueue queue;
    queue.push(event(Kind::start));
    queue.push(event(Kind::end));
    CHECK(queue.pop(Seconds{0})->kind == Kind::start);
    CHECK(queue.pop(Seconds{0})->kind == Kind::end);
    CHECK_FALSE(queue.pop(Seconds{0}));
}

TEST_CASE("of intervals that nobody fetched only the last is kept", "[cli]") {
    EventQueue queue;
    for (int percent = 0; percent < 50; ++percent) queue.push(event(Kind::interval, percent));
    queue.push(event(Kind::receiver));
    queue.push(event(Kind::interval, 60));
    CHECK(queue.pop(Seconds{0})->status->percent == 49);
    CHECK(queue.pop(Seconds{0})->kind == Kind::receiver);
    CHECK(queue.pop(Seconds{0})->status->percent == 60);
    CHECK_FALSE(queue.pop(Seconds{0}));
}

TEST_CASE("a wait without an event ends when it is woken", "[cli]") {
    EventQueue queue;
    queue.wake();
    CHECK_FALSE(queue.pop(Seconds{3600}));
}

TEST_CASE("who tells events waits while nobody fetches them, and no longer when the queue closes",
          "[cli]") {
    EventQueue queue;
    for (std::size_t i = 0; i < EventQueue::kMost; ++i) queue.push(event(Kind::join));
    std::atomic<int> pushed = 0;
    std::thread session([&] {
        for (; pushed < 3; ++pushed) queue.push(event(Kind::join));
    });
    CHECK(queue.pop(Seconds{20}));  // which makes room for one
    while (pushed < 1) std::this_thread::yield();
    queue.close();
    session.join();
    std::size_t fetched = 0;
    while (queue.pop(Seconds{0})) ++fetched;
    CHECK(fetched == EventQueue::kMost);
}
