// SPDX-License-Identifier: MIT
#include "protocol/send/member_notices.hpp"

#include "core_harness.hpp"
#include "datagrams.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;

namespace {

struct Telling {
    /// The next confirmation that goes out.
    wire::ReceiverState confirmed() {
        Sent sent;
        Buffer out(2000);
        out.resize(messages.receiver_states(out, {.source = {.node = kSenderNode}, .fields = {}}));
        sent.add(out);
        return sent.states_of(kReceiverNode).at(0);
    }

    SenderConfig config = sender_config();
    Membership group{1, {}};
    SenderMessages messages{config};
    MemberNotices notices{group, messages};
};

}  // namespace

TEST_CASE("a receiver is told its state", "[protocol][member_notices]") {
    Telling telling;
    Member& member = telling.group.add(kReceiverNode, kBegin);
    member.challenge = kChallenge;
    const auto told = [&] {
        telling.notices.confirm(member);
        return telling.confirmed();
    };
    CHECK(told() == wire::ReceiverState::joined);
    member.reporter = true;
    CHECK(told() == wire::ReceiverState::reporter);
    member.attached = false;
    CHECK(told() == wire::ReceiverState::behind);
    member.state = State::success;
    CHECK(told() == wire::ReceiverState::done);
    member.state = State::failure;
    member.error = MemberError{.code = ErrorCode::integrity};
    CHECK(told() == wire::ReceiverState::failed);
    member.error = MemberError{.code = ErrorCode::detached};
    CHECK(told() == wire::ReceiverState::detached);
}

TEST_CASE("a large group is told everything twice", "[protocol][member_notices]") {
    for (const unsigned receivers : {99U, 100U}) {
        Telling telling;
        for (std::uint32_t i = 0; i < receivers; ++i) telling.group.add(NodeId{1000 + i}, kBegin);
        telling.notices.confirm(telling.group.all()[0]);
        Buffer out(2000);
        (void)telling.messages.receiver_states(out, {});
        CHECK(telling.messages.repeats_waiting() == (receivers == 100));
    }
}

TEST_CASE("people hear that a receiver is back if they heard that it was left behind",
          "[protocol][member_notices]") {
    Telling telling;
    Member& member = telling.group.add(kReceiverNode, kBegin);
    telling.notices.tell_returned(member);
    CHECK_FALSE(telling.notices.poll());
    telling.notices.tell_behind(member);
    CHECK(telling.notices.poll()->kind == SenderEvent::Kind::left_behind);
    telling.notices.tell_returned(member);
    telling.notices.tell_returned(member);
    const auto event = telling.notices.poll();
    REQUIRE(event);
    CHECK(event->kind == SenderEvent::Kind::returned);
    CHECK(event->node == kReceiverNode);
    CHECK_FALSE(telling.notices.poll());
}
