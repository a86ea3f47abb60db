// SPDX-License-Identifier: MIT
#include "protocol/send/peer_notices.hpp"

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
    PeerNotices notices{group, messages};
};

}  // namespace

TEST_CASE("a receiver is told its state", "[protocol][peer_notices]") {
    Telling telling;
    Peer& peer = telling.group.add(kReceiverNode, kBegin);
    peer.challenge = kChallenge;
    const auto told = [&] {
        telling.notices.confirm(peer);
        return telling.confirmed();
    };
    CHECK(told() == wire::ReceiverState::joined);
    peer.reporter = true;
    CHECK(told() == wire::ReceiverState::reporter);
    peer.attached = false;
    CHECK(told() == wire::ReceiverState::behind);
    peer.state = State::success;
    CHECK(told() == wire::ReceiverState::done);
    peer.state = State::failure;
    peer.error = Error{ErrorCode::integrity, 0, {}};
    CHECK(told() == wire::ReceiverState::failed);
    peer.error = Error{ErrorCode::detached, 0, {}};
    CHECK(told() == wire::ReceiverState::detached);
}

TEST_CASE("a large group is told everything twice", "[protocol][peer_notices]") {
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
          "[protocol][peer_notices]") {
    Telling telling;
    Peer& peer = telling.group.add(kReceiverNode, kBegin);
    telling.notices.tell_returned(peer);
    CHECK_FALSE(telling.notices.poll());
    peer.behind_told = true;
    telling.notices.tell_returned(peer);
    telling.notices.tell_returned(peer);
    const auto event = telling.notices.poll();
    REQUIRE(event);
    CHECK(event->kind == SenderEvent::Kind::returned);
    CHECK(event->node == kReceiverNode);
    CHECK_FALSE(telling.notices.poll());
}
