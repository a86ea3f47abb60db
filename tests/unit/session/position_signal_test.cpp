// SPDX-License-Identifier: MIT
#include "session/send/position_signal.hpp"

#include <atomic>
#include <thread>

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;

namespace {

constexpr std::chrono::milliseconds kPatience{20000};  // a failure bound, never waited for

/// True if `act` wakes a worker that waits for the position. It mostly sleeps by then.
bool woken_by(PositionSignal& signal, ByteCount position, const auto& act) {
    std::atomic<bool> begun = false;
    bool in_time = false;
    std::jthread worker([&](const std::stop_token& stop) {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        begun = true;
        signal.wait(stop, position, kPatience);
        in_time = std::chrono::steady_clock::now() < end;
    });
    while (!begun) std::this_thread::yield();
    std::this_thread::yield();
    act(worker);
    worker.join();
    return in_time;
}

constexpr int kRounds = 50;  // in some of which the worker sleeps when it is woken

}  // namespace

TEST_CASE("a worker sees how far the loop has come", "[session]") {
    PositionSignal signal;
    CHECK(signal.get() == 0);
    signal.set(4711);
    CHECK(signal.get() == 4711);
}

TEST_CASE("a worker wakes at the position that it waits for, each time", "[session]") {
    PositionSignal signal;
    bool all = true;
    for (int round = 1; all && round <= kRounds; ++round) {
        const auto position = static_cast<ByteCount>(round);
        all = woken_by(signal, position, [&](auto&) { signal.set(position); });
    }
    CHECK(all);
}

TEST_CASE("a worker does not wait for a position that is behind", "[session]") {
    PositionSignal signal;
    signal.set(100);
    CHECK(woken_by(signal, 100, [](auto&) {}));
    CHECK(woken_by(signal, 99, [](auto&) {}));
}

TEST_CASE("a worker returns when its limit is over, wherever the loop is", "[session]") {
    PositionSignal signal;
    signal.set(99);
    const auto end = std::chrono::steady_clock::now() + kPatience;
    signal.wait({}, 100, std::chrono::milliseconds(1));
    CHECK(std::chrono::steady_clock::now() < end);
    CHECK(signal.get() == 99);
}

TEST_CASE("a question wakes the worker, which takes it once", "[session]") {
    PositionSignal signal;
    CHECK_FALSE(signal.take_asked());
    bool all = true;
    for (int round = 1; all && round <= kRounds; ++round) {
        all = woken_by(signal, PositionSignal::kNever, [&](auto&) { signal.ask(); }) &&
              signal.take_asked() && !signal.take_asked();
    }
    CHECK(all);
}

TEST_CASE("a worker that is to stop does not wait on", "[session]") {
    PositionSignal signal;
    CHECK(woken_by(signal, PositionSignal::kNever,
                   [](std::jthread& worker) { worker.request_stop(); }));
}
