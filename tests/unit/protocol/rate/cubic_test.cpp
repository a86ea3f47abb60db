// SPDX-License-Identifier: MIT
#include "protocol/rate/cubic.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

void pass(Cubic& window, Duration time, Duration rtt) {
    constexpr Duration kStep = milliseconds(1);
    for (Duration t{}; t < time; t += kStep) window.grow(kStep, rtt);
}

}  // namespace

TEST_CASE("after a congestion the window is back when CUBIC says so",
          "[protocol][cubic][rfc9438-4.2]") {
    Cubic window(1000);
    window.reduce(1);
    CHECK(window.packets() == Approx(700));
    pass(window, milliseconds(4543), milliseconds(100));  // half of the cube root of 300 / 0.4
    CHECK(window.packets() == Approx(1000 - 300.0 / 8).epsilon(0.01));
    pass(window, milliseconds(4543), milliseconds(100));
    CHECK(window.packets() == Approx(1000).epsilon(0.01));
}

TEST_CASE("on a short path the window grows as Reno's does", "[protocol][cubic][rfc9438-4.3]") {
    Cubic window(100);
    window.reduce(1);
    pass(window, milliseconds(50), milliseconds(1));
    CHECK(window.packets() == Approx(70 + 50 * 0.53).epsilon(0.01));
}

TEST_CASE("a window that falls behind its last one levels out below it",
          "[protocol][cubic][rfc9438-4.7]") {
    Cubic window(1000);
    window.reduce(1);
    window.reduce(1);
    CHECK(window.packets() == Approx(490));
    pass(window, milliseconds(6403), milliseconds(200));  // the cube root of 105 / 0.4
    CHECK(window.packets() == Approx(595).epsilon(0.01));
}

TEST_CASE("a great loss makes the window what came through", "[protocol][cubic]") {
    Cubic window(1000);
    window.reduce(0.2);
    CHECK(window.packets() == Approx(200));
    for (int i = 0; i < 50; ++i) window.reduce(0);
    CHECK(window.packets() > 1);  // it comes up again
}

TEST_CASE("two windows that share a queue meet in the middle", "[protocol][cubic]") {
    Cubic large(800);
    Cubic small(100);
    for (Duration t{}; t < seconds(60); t += milliseconds(10)) {
        pass(large, milliseconds(10), milliseconds(20));
        pass(small, milliseconds(10), milliseconds(20));
        if (large.packets() + small.packets() < 1000) continue;
        large.reduce(1);
        small.reduce(1);
    }
    CHECK(small.packets() > 0.8 * large.packets());
}
