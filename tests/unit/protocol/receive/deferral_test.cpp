// SPDX-License-Identifier: MIT
#include "protocol/receive/deferral.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Time kBegin = Time(seconds(1000));

}  // namespace

TEST_CASE("a deferral ends when the sender counts the receiver as others", "[protocol][deferral]") {
    Deferral deferral;
    CHECK_FALSE(deferral.on_state(kBegin, false));
    CHECK_FALSE(deferral.on_state(kBegin, true));
    CHECK(deferral.active());
    CHECK(deferral.on_state(kBegin, false));
    CHECK_FALSE(deferral.active());
}

TEST_CASE("a deferral that is not said again lasts for two seconds", "[protocol][deferral]") {
    Deferral deferral;
    CHECK_FALSE(deferral.on_state(kBegin, true));
    deferral.expire(kBegin + milliseconds(1999));
    CHECK(deferral.active());
    CHECK_FALSE(deferral.on_state(kBegin + seconds(1), true));
    deferral.expire(kBegin + seconds(2));
    CHECK(deferral.active());
    deferral.expire(kBegin + seconds(3));
    CHECK_FALSE(deferral.active());
}
