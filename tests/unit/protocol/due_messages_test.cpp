// SPDX-License-Identifier: MIT
#include "protocol/send/due_messages.hpp"

#include "support/catch.hpp"

using namespace mcast::protocol;

TEST_CASE("a message that is taken is no longer due", "[protocol][due_messages]") {
    DueMessages due{Due::offer};
    CHECK(due.has(Due::offer));
    CHECK(due.take(Due::offer));
    CHECK_FALSE(due.take(Due::offer));
}

TEST_CASE("a message becomes due without the others", "[protocol][due_messages]") {
    DueMessages due{};
    due.set(Due::probe);
    due.set(Due::eot);
    for (const Due other : {Due::info, Due::offer, Due::flush, Due::repair_adv, Due::digests,
                            Due::receiver_states, Due::end})
        CHECK_FALSE(due.has(other));
    due.set(Due::probe, false);
    CHECK_FALSE(due.has(Due::probe));
    CHECK(due.take(Due::eot));
}
