// SPDX-License-Identifier: MIT
#include "session/loop/driver.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "session/loop/real_clock.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;

namespace {

constexpr auto kDeadline = std::chrono::seconds(20);  // a failure bound, never waited for

net::Waker open_waker() {
    auto waker = net::Waker::open();
    REQUIRE(waker);
    return std::move(*waker);
}

// A transfer that waits for what the test says and counts its turns.
class Counter final : public Transfer {
  public:
    Wait turn(Time /*now*/, const Ready& ready) override {
        ++turns;
        if (ready[0]) ++readable;
        return wait;
    }
    void broken(Error /*error*/) override { wait.done = true; }

    std::atomic<int> turns = 0;
    std::atomic<int> readable = 0;
    Wait wait;
};

struct Fixture {
    Fixture() : mailbox(open_waker()), driver(transfer, mailbox) {}
    ~Fixture() {
        mailbox.post([this] { transfer.wait.done = true; });
        driver.join();
    }
    Counter transfer;
    Mailbox mailbox;
    Driver driver;
};

}  // namespace

TEST_CASE("a transfer that waits for nothing has one turn, and one more for each post",
          "[session]") {
    Fixture f;
    f.driver.start();
    REQUIRE(f.mailbox.call([]() -> Result<void> { return {}; }));
    int before = 0;
    // Turns are counted on the loop itself, where they cannot move meanwhile.
    REQUIRE(f.mailbox.call(
        [&]() -> Result<void> { return before = f.transfer.turns, Result<void>{}; }));
    int after = 0;
    REQUIRE(
        f.mailbox.call([&]() -> Result<void> { return after = f.transfer.turns, Result<void>{}; }));
    CHECK(after - before == 1);
}

TEST_CASE("the loop gives a turn when the deadline has come", "[session]") {
    Fixture f;
    f.transfer.wait.until = real_now() + std::chrono::milliseconds(5);
    f.driver.start();
    for (const auto give_up = real_now() + kDeadline; f.transfer.turns < 2;) {
        REQUIRE(real_now() < give_up);
        std::this_thread::yield();
    }
    f.mailbox.post([&] { f.transfer.wait.until = kNever; });
}

TEST_CASE("commands run in the order of posting, on the loop's thread", "[session]") {
    Fixture f;
    f.driver.start();
    std::vector<int> order;
    std::vector<std::thread::id> threads;
    for (int i = 0; i < 5; ++i) {
        f.mailbox.post([&, i] {
            order.push_back(i);
            threads.push_back(std::this_thread::get_id());
        });
    }
    REQUIRE(f.mailbox.call([]() -> Result<void> { return {}; }));
    CHECK(order == std::vector{0, 1, 2, 3, 4});
    CHECK(threads.front() != std::this_thread::get_id());
}

TEST_CASE("a command's error is its answer", "[session]") {
    Fixture f;
    f.driver.start();
    const auto answer = f.mailbox.call(
        []() -> Result<void> { return fail(ErrorCode::already_started, "it has begun"); });
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == ErrorCode::already_started);
}

TEST_CASE("a command to a loop that has ended is too late", "[session]") {
    Fixture f;
    f.transfer.wait.done = true;
    f.driver.start();
    f.driver.join();
    const auto answer = f.mailbox.call([]() -> Result<void> { return {}; });
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == ErrorCode::too_late);
}

TEST_CASE("a command that was waiting when the loop ended still runs", "[session]") {
    Fixture f;
    bool ran = false;
    f.transfer.wait.done = true;
    f.mailbox.post([&] { ran = true; });
    f.driver.start();
    f.driver.join();
    CHECK(ran);
}
