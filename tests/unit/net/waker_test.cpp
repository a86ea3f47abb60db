// SPDX-License-Identifier: MIT
#include "net/waker.hpp"

#include <thread>

#include <poll.h>

#include "support/catch.hpp"

using mcast::net::Waker;

namespace {

bool awake(const Waker& waker, int milliseconds = 0) {
    pollfd waiting{waker.fd(), POLLIN, 0};
    return poll(&waiting, 1, milliseconds) == 1;
}

}  // namespace

TEST_CASE("a waker sleeps until it is woken and again once it is drained", "[net]") {
    const auto waker = Waker::open();
    REQUIRE(waker);
    CHECK(!awake(*waker));
    waker->wake();
    waker->wake();
    CHECK(awake(*waker));
    waker->drain();
    CHECK(!awake(*waker));
    waker->drain();
    CHECK(!awake(*waker));
}

TEST_CASE("a waker wakes a poll in another thread", "[net]") {
    const auto waker = Waker::open();
    REQUIRE(waker);
    std::thread other([&] { waker->wake(); });
    CHECK(awake(*waker, 5000));
    other.join();
}
