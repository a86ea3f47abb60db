// SPDX-License-Identifier: MIT
#include "protocol/send/outcomes.hpp"

#include "support/catch.hpp"
#include "with_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;

TEST_CASE("the state of a receiver becomes final once", "[protocol][outcomes]") {
    WithParts with(2);
    CHECK(with.parts.outcomes.end(with.member(1), State::success, {}));
    CHECK_FALSE(with.parts.outcomes.fail(with.member(1), {.code = ErrorCode::timed_out}));
    CHECK(with.member(1).state == State::success);
    CHECK(with.events_of(1) == Kinds{SenderEvent::Kind::receiver_final});
}

TEST_CASE("a receiver that has ended is told so, and paces no more", "[protocol][outcomes]") {
    WithParts with(2);
    CHECK(with.parts.outcomes.fail(with.member(1), {.code = ErrorCode::timed_out}));
    CHECK(with.parts.group.attached() == 1);
    CHECK(with.parts.messages.states_waiting());
    REQUIRE(with.member(1).error);
    CHECK(with.member(1).error->code == ErrorCode::timed_out);
}
