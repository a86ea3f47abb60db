// SPDX-License-Identifier: MIT
// How a receiver ends, and that the sender is told.
#include <string>

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using wire::ReceiverState;

namespace {

/// Everything came but symbol 0 of block 3.
void almost(ReceiverTalk& talk, FakeSender& sender) {
    join(talk, sender);
    talk.hear(sender.digests(0, 4));
    for (std::uint32_t b = 0; b < 4; ++b)
        for (std::uint16_t s = 0; s < 10; ++s)
            if (b != 3 || s != 0) talk.hear(sender.data(b, s));
}

void complete(ReceiverTalk& talk, FakeSender& sender) {
    almost(talk, sender);
    talk.hear(sender.data(3, 0));
}

}  // namespace

TEST_CASE("a verified file is reported until the sender has confirmed it", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    complete(talk, sender);
    talk.sent.clear();
    for (int i = 0; i < 10; ++i) {
        talk.pass(milliseconds(100));
        talk.hear(sender.offer(wire::kOfferStarted));
    }
    const auto reports = talk.sent.all_private<wire::Report>();
    CHECK(reports.size() >= 4);
    for (const auto& report : reports) CHECK(report.state == wire::ReportState::verified);
    CHECK(talk.result() == "running");
    talk.hear(sender.receiver_states(kReceiverNode,
                                     ReceiverState::joined));  // an answer to something older
    CHECK(talk.result() == "running");
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::done));
    CHECK(talk.result() == "success");
    CHECK(talk.core().next_timeout() == kNever);
}

TEST_CASE("a verified receiver ends well if the sender has vanished", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    complete(talk, sender);
    talk.pass(seconds(29));  // the sender may be back, and would count it as lost
    CHECK(talk.result() == "running");
    talk.pass(seconds(2));
    CHECK(talk.result() == "success");
}

TEST_CASE("an interrupt ends a verified receiver that still waits for the sender's word",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    complete(talk, sender);
    talk.pass(seconds(5));
    REQUIRE(talk.result() == "running");
    talk.core().fail(talk.now, Error{ErrorCode::cancelled, 0, "interrupted"});
    talk.settle();
    CHECK(talk.result() == "success");
}

TEST_CASE("a disk that takes its time with the last bytes does not lose the sender",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    talk.obeys = false;
    FakeSender sender;
    complete(talk, sender);
    talk.pass(seconds(15));  // verifying, and the sender has gone
    CHECK(talk.result() == "running");
    for (std::uint32_t c = 0; c < 4; ++c) talk.core().verdict(talk.now, c, true);
    talk.settle();
    CHECK(talk.count(Order::Kind::finish) == 1);
    talk.pass(seconds(15));
    CHECK(talk.result() == "running");
    talk.core().finished(talk.now, kRoot);
    talk.pass(seconds(31));
    CHECK(talk.result() == "success");
}

TEST_CASE("a sender that ends while the file gets its name does not undo it",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    talk.obeys = false;
    FakeSender sender;
    complete(talk, sender);
    for (std::uint32_t c = 0; c < 4; ++c) talk.core().verdict(talk.now, c, true);
    talk.settle();
    SECTION("cancelled") {
        talk.hear(sender.end(static_cast<std::uint16_t>(ErrorCode::cancelled), "stop"));
    }
    SECTION("ended without us") {
        talk.hear(sender.end());
    }
    SECTION("given up") {
        talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::failed, 10));
    }
    CHECK(talk.result() == "running");
    talk.core().finished(talk.now, kRoot);
    talk.pass(seconds(4));
    CHECK(talk.result() == "success");
}

TEST_CASE("a sender that ends in success while something is missing has left us behind",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    almost(talk, sender);
    talk.hear(sender.end());
    CHECK(talk.result() == "detached");
}

TEST_CASE("a sender that was cancelled, or failed, says why", "[protocol][receiver]") {
    ReceiverTalk cancelled;
    FakeSender sender;
    almost(cancelled, sender);
    cancelled.hear(sender.end(static_cast<std::uint16_t>(ErrorCode::cancelled), "not today"));
    CHECK(cancelled.result() == "cancelled");
    CHECK(cancelled.events.back().error->why == ReceiverError::Why::sender_cancelled);
    CHECK(cancelled.events.back().error->message == "not today");

    ReceiverTalk failed;
    FakeSender other;
    almost(failed, other);
    failed.hear(other.end(static_cast<std::uint16_t>(ErrorCode::io), "bad disk"));
    CHECK(failed.result() == "sender_failed");
    CHECK(failed.events.back().error->why == ReceiverError::Why::sender_failed);
    CHECK(failed.events.back().error->reason == ErrorCode::io);
    CHECK(failed.events.back().error->message == "bad disk");
}

TEST_CASE("a failure is reported until the sender has confirmed it", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    almost(talk, sender);
    talk.core().fail(talk.now, Error{ErrorCode::no_space, 0, "disk full"});
    talk.pass(milliseconds(300));
    const auto reports = talk.sent.all_private<wire::Report>();
    REQUIRE(reports.size() >= 3);
    CHECK(reports.back().state == wire::ReportState::failed);
    CHECK(reports.back().message == "disk full");
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::failed));
    CHECK(talk.result() == "no_space");
}

TEST_CASE(
    "one that cannot take the offer joins and fails in one message, until a list of receiver "
    "states says so",
    "[protocol][receiver]") {
    ReceiverTalk talk;
    talk.accepts = false;
    FakeSender sender;
    talk.hear(sender.offer());
    talk.core().fail(talk.now, Error{ErrorCode::no_space, 0, "the disk is too small"});
    talk.pass(milliseconds(300));
    const auto joins = talk.sent.all_private<wire::Join>();
    REQUIRE(joins.size() >= 3);
    for (const auto& join : joins) {
        CHECK(join.challenge == kChallenge);
        CHECK(join.host == "lab");
        CHECK(join.error == static_cast<std::uint16_t>(ErrorCode::no_space));
        CHECK(join.message == "the disk is too small");
    }
    CHECK(talk.sent.all_private<wire::Report>().empty());
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::failed));
    CHECK(talk.result() == "no_space");
}

TEST_CASE("a list of receiver states for another receiver of the same node id is not taken",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.challenge = kChallenge + 1;
    talk.hear(sender.offer());
    talk.pass(milliseconds(100));
    for (const auto state : {ReceiverState::joined, ReceiverState::refused, ReceiverState::failed})
        talk.hear(sender.receiver_states(kReceiverNode, state));
    CHECK(talk.result() == "running");
    CHECK(talk.count(ReceiverEvent::Kind::joined) == 0);
}

TEST_CASE("one who has failed asks for nothing any more", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    almost(talk, sender);
    (void)talk.core().handle(talk.now, sender.flush(), {});
    talk.core().fail(talk.now, Error{ErrorCode::no_space, 0, "disk full"});
    talk.sent.clear();
    talk.pass(seconds(1));
    CHECK(talk.sent.requests().empty());
    CHECK(talk.sent.all_private<wire::DigestRequest>().empty());
}

TEST_CASE("an end or a list of receiver states after the outcome is known is a confirmation of it",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    complete(talk, sender);
    talk.hear(sender.end(static_cast<std::uint16_t>(ErrorCode::receivers_failed), "others"));
    CHECK(talk.result() == "success");
}

TEST_CASE("an ended receiver says and hears nothing", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    complete(talk, sender);
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::done));
    talk.sent.clear();
    talk.hear(sender.flush());
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::detached));
    talk.core().handle_timeout(talk.now + seconds(100));
    talk.core().fail(talk.now, Error{ErrorCode::io, 0, "late"});
    talk.core().accept(talk.now, std::nullopt);
    talk.settle();
    CHECK(talk.sent.size() == 0);
    CHECK(talk.count(ReceiverEvent::Kind::ended) == 1);
    CHECK(talk.result() == "success");
}

TEST_CASE("an empty file is there as soon as the sender has begun", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.object.size = 0;
    talk.hear(sender.offer());
    talk.pass(milliseconds(1));
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::joined));
    CHECK(talk.count(Order::Kind::finish) == 0);
    talk.hear(sender.offer(wire::kOfferStarted));
    CHECK(talk.count(Order::Kind::finish) == 1);
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::done));
    CHECK(talk.result() == "success");
}
