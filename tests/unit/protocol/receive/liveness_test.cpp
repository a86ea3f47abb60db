// SPDX-License-Identifier: MIT
#include "protocol/receive/liveness.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Time kBegin = Time(seconds(1000));
constexpr Duration kLimit = seconds(30);

}  // namespace

TEST_CASE("a call after a second may follow a pause of this process", "[protocol][liveness]") {
    Liveness liveness(kBegin);
    (void)liveness.on_call(kBegin);
    CHECK_FALSE(liveness.on_call(kBegin + milliseconds(999)));
    CHECK(liveness.on_call(kBegin + milliseconds(1999)));
    CHECK(liveness.now() == kBegin + milliseconds(1999));
}

TEST_CASE("time that this process slept is no silence", "[protocol][liveness]") {
    Liveness liveness(kBegin);
    (void)liveness.on_heard(kBegin);
    liveness.on_progress(kBegin);
    liveness.shift(seconds(60));
    CHECK(liveness.silence(kBegin + seconds(61)) == seconds(1));
    CHECK(liveness.progressed() == kBegin + seconds(60));
    CHECK(liveness.created() == kBegin + seconds(60));
}

TEST_CASE("a sender is silent after two seconds", "[protocol][liveness]") {
    Liveness liveness(kBegin);
    (void)liveness.on_heard(kBegin);
    CHECK_FALSE(liveness.silent(kBegin + seconds(2)));
    CHECK(liveness.silent(kBegin + milliseconds(2001)));
    CHECK(liveness.on_heard(kBegin + seconds(3)) == seconds(3));
    CHECK_FALSE(liveness.silent(kBegin + seconds(3)));
}

TEST_CASE("after a long silence content has half the limit to come", "[protocol][liveness]") {
    Liveness liveness(kBegin);
    liveness.on_progress(kBegin);
    const Time back = kBegin + seconds(29);
    liveness.after_silence(back, seconds(7), kLimit);
    CHECK(liveness.progressed() == kBegin);
    liveness.after_silence(back, seconds(29), kLimit);
    CHECK(liveness.progressed() == back - seconds(15));
}
