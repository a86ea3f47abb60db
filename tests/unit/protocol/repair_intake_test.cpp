// SPDX-License-Identifier: MIT
#include "protocol/send/repair_intake.hpp"

#include "support/catch.hpp"
#include "with_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;

namespace {

struct Asked : WithParts {
    explicit Asked(std::uint32_t receivers = 2) : WithParts(receivers, sender_config(100)) {
        start();
        send(50);
    }
    void nack(std::uint32_t node, const std::vector<wire::RepairRequest>& requests) {
        now += milliseconds(20);
        const Buffer bytes = requests_of(requests);
        wire::Nack nack;
        nack.requests = bytes;
        intake.on_nack(now, member(node), nack, now);
    }

    RepairIntake intake{parts};
};

}  // namespace

TEST_CASE("a request counts for the receiver that made it", "[protocol][repair_intake]") {
    Asked asked;
    asked.nack(1, {ask_symbols(49, 0, 2)});
    CHECK_FALSE(asked.parts.object.repairs_idle());
    CHECK(asked.member(1).asked == 3000);
    asked.nack(2, {ask_info()});
    CHECK(asked.parts.due.has(Due::info));
    CHECK(asked.member(2).asked == 1000);
}

TEST_CASE("a receiver that was left behind is told so instead", "[protocol][repair_intake]") {
    Asked asked;
    asked.member(1).attached = false;
    asked.nack(1, {ask_symbols(49, 0, 2)});
    CHECK(asked.parts.object.repairs_idle());
    CHECK(asked.parts.messages.states_waiting());
}

TEST_CASE("a receiver that asks for more than it can have missed is not served",
          "[protocol][repair_intake]") {
    Asked asked;
    asked.member(1).asked = 64 * 10'000 + 2 * 2 * 500'000;
    asked.nack(1, {ask_symbols(49, 0, 0)});
    CHECK(asked.parts.stats.unserved == 0);
    asked.nack(1, {ask_symbols(48, 0, 0)});
    CHECK(asked.parts.stats.unserved == 1);
    const auto waits = asked.parts.messages.digests_waiting();
    asked.intake.on_digest_request(asked.member(1), {});
    CHECK(asked.parts.stats.unserved == 2);
    CHECK(asked.parts.messages.digests_waiting() == waits);
}

TEST_CASE("its loss explains that it asks for more", "[protocol][repair_intake]") {
    Asked asked;
    asked.member(1).asked = 64 * 10'000 + 2 * 2 * 500'000 + 1;
    asked.member(1).packets_expected = 100;
    asked.member(1).packets_received = 50;
    asked.nack(1, {ask_symbols(49, 0, 0)});
    CHECK(asked.parts.stats.unserved == 0);
}

TEST_CASE("whole blocks of lately are repaired at once, older ones after new data",
          "[protocol][repair_intake]") {
    Asked asked;
    asked.parts.rate.ask(DataRate::bits_per_second(10e6));
    asked.nack(1, {ask_blocks(0, 49)});
    CHECK_FALSE(asked.parts.object.repairs_idle());
    CHECK_FALSE(asked.parts.object.catch_up_empty());
    Asked back;
    back.member(1).presence = Presence::away;
    back.parts.presence.on_heard(back.now, back.member(1));
    back.nack(1, {ask_blocks(0, 49)});
    CHECK(back.parts.object.repairs_idle());
    CHECK_FALSE(back.parts.object.catch_up_empty());
}

TEST_CASE("a group of nine is told what is pending", "[protocol][repair_intake]") {
    for (const std::uint32_t receivers : {8U, 9U}) {
        Asked asked(receivers);
        asked.nack(1, {ask_symbols(49, 0, 2)});
        CHECK(asked.parts.timers.running(SenderTimer::repair_adv) == (receivers == 9));
    }
}
