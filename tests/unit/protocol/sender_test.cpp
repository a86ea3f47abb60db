// SPDX-License-Identifier: MIT
// The sender by datagrams: joins, what it sends, and how it ends.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core_harness.hpp"
#include "protocol/timestamp.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = SenderEvent::Kind;
using wire::ReceiverState;

namespace {

void keep_reporting(SenderTalk& talk, const std::vector<FakeReceiver>& receivers, Duration span,
                    ByteCount bytes_done = 0) {
    for (const Time stop = talk.now + span; talk.now < stop && talk.result() == "running";) {
        for (const FakeReceiver& r : receivers) talk.hear(r.report({.bytes_done = bytes_done}));
        talk.pass(milliseconds(500));
    }
}

}  // namespace

TEST_CASE("a join is confirmed by the next list of receiver states, each time it is said",
          "[protocol][sender]") {
    auto config = sender_config();
    config.begin_with = 2;
    SenderTalk talk(config);
    talk.hear(receiver().join("lab-07"));
    CHECK(talk.sent.states_of(receiver().node) == std::vector{ReceiverState::joined});
    talk.hear(receiver().join("lab-07"));
    CHECK(talk.sent.states_of(receiver().node).size() == 2);
    CHECK(talk.count(Kind::joined) == 1);
    REQUIRE(talk.core().receivers().size() == 1);
    CHECK(talk.core().receivers()[0].host == "lab-07");
}

TEST_CASE("a list of receiver states repeats the challenge of the join that it answers",
          "[protocol][sender]") {
    SenderTalk talk(sender_config());
    talk.hear(receiver().join());
    const auto receiver_states = talk.sent.all_private<wire::ReceiverStates>();
    REQUIRE(receiver_states.size() == 1);
    REQUIRE(receiver_states[0].entries.size() == 1);
    CHECK(receiver_states[0].entries[0] == wire::ReceiverEntry{receiver().node, kChallenge});
}

TEST_CASE("a receiver that joins and fails in one message is shown, counts, and begins nothing",
          "[protocol][sender]") {
    const auto no_space = static_cast<std::uint16_t>(ErrorCode::no_space);
    SenderTalk talk(sender_config());
    for (int i = 0; i < 2; ++i) talk.hear(receiver(1).decline(no_space, "the disk is too small"));
    CHECK(talk.sent.states_of(NodeId{1}) == std::vector(2, ReceiverState::failed));
    REQUIRE(talk.core().receivers().size() == 1);
    CHECK(talk.core().receivers()[0].error->message == "the disk is too small");
    CHECK(talk.count(Kind::receiver_final) == 1);
    CHECK_FALSE(talk.core().started());
    talk.hear(receiver(2).join());
    CHECK(talk.core().started());
    send_all(talk);
    talk.hear(receiver(2).verified());
    talk.pass(seconds(1));
    CHECK(talk.result() == "receivers_failed");
    CHECK(talk.error()->why == SessionError::Why::failed);
    CHECK(talk.error()->count == 1);
    CHECK(talk.error()->total == 2);
    CHECK(talk.error()->host == "lab");
    CHECK(talk.error()->first->message == "the disk is too small");
}

TEST_CASE("a sender gives up when all it waits for have come and cannot take it",
          "[protocol][sender]") {
    const auto no_space = static_cast<std::uint16_t>(ErrorCode::no_space);
    auto config = sender_config();
    config.begin_with = 2;
    SenderTalk talk(config);
    talk.hear(receiver(1).decline(no_space, "too small"));
    talk.pass(seconds(10));
    CHECK_FALSE(talk.core().ended());  // another one is waited for
    talk.hear(receiver(2).decline(no_space, "too small"));
    talk.pass(seconds(2));
    CHECK_FALSE(talk.core().ended());  // others may be about to come
    talk.pass(seconds(3));
    CHECK(talk.result() == "all_receivers_failed");
}

TEST_CASE("when all who came in time could not take it the sender says so", "[protocol][sender]") {
    auto config = sender_config();
    config.waiting_limit = seconds(3);
    config.begin_with = 2;
    SenderTalk talk(config);
    talk.hear(receiver().decline(static_cast<std::uint16_t>(ErrorCode::no_space), "too small"));
    talk.pass(seconds(5));
    CHECK(talk.result() == "all_receivers_failed");
    CHECK(talk.error()->why == SessionError::Why::failed);
    CHECK(talk.error()->count == 1);
    CHECK(talk.error()->total == 1);
    CHECK(talk.error()->host == "lab");
    CHECK(talk.error()->first->message == "too small");
}

TEST_CASE("a join for another transfer is none", "[protocol][sender]") {
    SenderTalk talk(sender_config());
    auto other = receiver();
    other.transfer = 1;
    talk.hear(other.join());
    CHECK(talk.core().receivers().empty());
    CHECK_FALSE(talk.core().started());
}

TEST_CASE("every symbol is sent once, then the sender flushes", "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.pass(milliseconds(200));
    CHECK(talk.data.size() == 40);
    CHECK(talk.core().first_pass_done());
    CHECK(talk.core().position() == 40'000);
    const auto flushes = talk.sent.all<wire::CmdFlush>();
    REQUIRE_FALSE(flushes.empty());
    CHECK(flushes[0].id == wire::PayloadId{3, 9, 0});
    CHECK(flushes[0].nodes.empty());
}

TEST_CASE("the first flush follows the last symbol at the rate, not at the next timer",
          "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.pass_until([&] { return talk.core().first_pass_done(); }, seconds(1));
    talk.pass(milliseconds(1));
    CHECK(talk.sent.all<wire::CmdFlush>().size() == 1);
}

TEST_CASE("an empty object is flushed at position 0", "[protocol][sender]") {
    SenderTalk talk = begun_with_one(sender_config(0));
    talk.pass(milliseconds(100));
    const auto flushes = talk.sent.all<wire::CmdFlush>();
    REQUIRE_FALSE(flushes.empty());
    CHECK(flushes[0].id == wire::PayloadId{0, 0, 0});
}

TEST_CASE("when all have verified the sender ends well, and says so several times",
          "[protocol][sender]") {
    auto config = sender_config();
    config.begin_with = 2;
    SenderTalk talk(config);
    for (const std::uint32_t n : {1U, 2U}) talk.hear(receiver(n).join());
    talk.pass(milliseconds(100));
    talk.hear(receiver(1).verified());
    CHECK(talk.sent.states_of(NodeId{1}).back() == ReceiverState::done);
    CHECK(talk.count(Kind::receiver_final) == 1);
    CHECK(talk.result() == "running");
    talk.hear(receiver(2).verified());
    talk.pass(seconds(1));
    CHECK(talk.result() == "success");
    CHECK(talk.sent.all_private<wire::End>().size() == 3);
    CHECK(talk.sent.all<wire::CmdEot>().size() == 1);
    CHECK(talk.core().next_timeout() == kNever);
}

TEST_CASE("a receiver that failed is named with its own words", "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.hear(receiver(2).join("lab-02"));
    talk.hear(receiver(2).failed(static_cast<std::uint16_t>(ErrorCode::no_space), "disk full"));
    CHECK(talk.sent.states_of(NodeId{2}).back() == ReceiverState::failed);
    send_all(talk);
    talk.hear(receiver().verified());
    talk.pass(seconds(2));
    CHECK(talk.result() == "receivers_failed");
    CHECK(talk.error()->why == SessionError::Why::failed);
    CHECK(talk.error()->count == 1);
    CHECK(talk.error()->total == 2);
    CHECK(talk.error()->host == "lab-02");
    CHECK(talk.error()->first->message == "disk full");
    CHECK(talk.core().receivers()[1].error->code == ErrorCode::no_space);
}

TEST_CASE("a failure is told more often than a success, for it may be news", "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.core().fail(talk.now, Error{ErrorCode::cancelled, 0, "not today"});
    talk.pass(seconds(2));
    CHECK(talk.result() == "cancelled");
    const auto ends = talk.sent.all_private<wire::End>();
    CHECK(ends.size() == 10);
    CHECK(ends[0].message == "not today");
    CHECK(ends[0].error == static_cast<std::uint16_t>(ErrorCode::cancelled));
}

TEST_CASE("words that are no UTF-8, or cut in the middle of a letter, reach the receivers",
          "[protocol][sender]") {
    std::string message(399, 'x');
    message += "\xc3\xa9 and more";  // the letter lies across the limit of 400 bytes
    SenderTalk cut = begun_with_one();
    cut.core().fail(cut.now, Error{ErrorCode::io, 0, message});
    cut.pass(seconds(1));
    REQUIRE_FALSE(cut.sent.all_private<wire::End>().empty());
    CHECK(cut.sent.all_private<wire::End>()[0].message == std::string(399, 'x'));

    SenderTalk broken = begun_with_one();
    broken.core().fail(broken.now, Error{ErrorCode::io, 0, "cannot read \xff\xfe.raw"});
    broken.pass(seconds(1));
    REQUIRE_FALSE(broken.sent.all_private<wire::End>().empty());
    CHECK(broken.sent.all_private<wire::End>()[0].message == "cannot read ??.raw");
}

TEST_CASE("a final report is confirmed each time it comes", "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.hear(receiver(2).join());
    send_all(talk);
    for (int i = 0; i < 3; ++i) talk.hear(receiver(2).verified());
    CHECK(talk.sent.states_of(NodeId{2}).size() == 4);
    CHECK(talk.count(Kind::receiver_final) == 1);
}

TEST_CASE("one that joins again is the same receiver, unless another one has its node id",
          "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.hear(receiver().join());
    CHECK(talk.count(Kind::rejoined) == 1);
    CHECK(talk.core().receivers().size() == 1);
    FakeReceiver other = receiver();
    other.challenge = 99;
    talk.hear(other.join());
    CHECK(talk.count(Kind::rejoined) == 1);
}

TEST_CASE("a receiver that is silent is given up", "[protocol][sender]") {
    auto config = sender_config(400);
    config.rate = DataRate::bits_per_second(1e6);  // the other one waits for the sender
    SenderTalk talk = begun_with_one(config);
    talk.hear(receiver(2).join());
    keep_reporting(talk, {receiver(2)}, seconds(29), 4'000'000);
    CHECK(talk.core().receivers()[0].in_progress());
    keep_reporting(talk, {receiver(2)}, seconds(2), 4'000'000);
    REQUIRE(talk.core().receivers()[0].error);
    CHECK(talk.core().receivers()[0].error->code == ErrorCode::receiver_lost);
    CHECK(talk.core().receivers()[1].in_progress());
}

TEST_CASE("a receiver that reports but stands still is given up", "[protocol][sender]") {
    auto config = sender_config();
    config.progress_limit = seconds(10);
    SenderTalk talk = begun_with_one(config);
    keep_reporting(talk, {receiver()}, seconds(15), 20'000);
    talk.pass(seconds(2));
    CHECK(talk.result() == "all_receivers_failed");
    CHECK(talk.core().receivers()[0].error->code == ErrorCode::timed_out);
}

TEST_CASE("a receiver that is detached neither paces nor counts", "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.hear(receiver(2).join());
    CHECK_FALSE(talk.core().detach(talk.now, NodeId{99}));
    CHECK(talk.core().detach(talk.now, NodeId{2}));
    talk.settle();
    CHECK(talk.sent.states_of(NodeId{2}).back() == ReceiverState::detached);
    CHECK_FALSE(talk.core().detach(talk.now, NodeId{2}));
    send_all(talk);
    talk.hear(receiver().verified());
    talk.pass(seconds(1));
    CHECK(talk.result() == "success");
}

TEST_CASE("a slow receiver is detached from pacing by policy, and still counts",
          "[protocol][sender]") {
    auto config = sender_config(16'000);
    config.on_slow = {true, 50'000'000};
    SenderTalk talk = begun_with_one(config);
    for (int i = 0; i < 50; ++i) {
        talk.hear(receiver().report(
            {.rate = wire::quantize_rate(125'000), .bytes_done = 1U + static_cast<unsigned>(i)}));
        talk.pass(milliseconds(100));
    }
    CHECK_FALSE(talk.core().receivers()[0].attached);
    CHECK(talk.core().receivers()[0].in_progress());
}

TEST_CASE("an ended sender says and hears nothing", "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.core().fail(talk.now, Error{ErrorCode::cancelled, 0, "no"});
    talk.pass(seconds(2));
    const auto before = talk.sent.size();
    talk.hear(receiver(2).join());
    talk.core().handle_timeout(talk.now + seconds(9));
    CHECK_FALSE(talk.core().detach(talk.now, receiver().node));
    talk.settle();
    CHECK(talk.sent.size() == before);
    CHECK(talk.events.back().kind == Kind::ended);
    CHECK(talk.count(Kind::ended) == 1);
}

TEST_CASE("a name, a host or a tag that is no UTF-8 is offered all the same",
          "[protocol][sender]") {
    auto config = sender_config();
    config.name = "\xff.raw";
    config.host = "lab\xc3";
    config.meta = "\xe2\x82\xac and \x80";
    SenderTalk talk(config);
    talk.pass(milliseconds(100));
    const auto offers = talk.sent.all_private<wire::Offer>();
    REQUIRE_FALSE(offers.empty());
    CHECK(offers[0].name == "?.raw");
    CHECK(offers[0].host == "lab?");
    CHECK(offers[0].meta == "??? and ?");
}

TEST_CASE("zeros are told before the data that follows them, and at the end of a file",
          "[protocol]") {
    SenderTalk talk(sender_config(4));
    const std::array<ByteRange, 2> zeros{{{0, 20'000}, {30'000, 40'000}}};
    talk.core().extend(40'000, zeros);
    talk.hear(receiver().join());
    send_all(talk);
    const auto told = talk.sent.all_private<wire::Zeros>();
    REQUIRE(told.size() == 2);
    CHECK(told[0].ranges[0] == wire::BlockRange{0, 1});
    CHECK(told[1].ranges[0] == wire::BlockRange{3, 3});
    REQUIRE(talk.data.size() == 10);
    CHECK(talk.data.front() == SentSymbol{2, 0, false});
    // With the last zeros all is sent: that is what a flush says.
    talk.pass(milliseconds(20));
    CHECK_FALSE(talk.sent.all<wire::CmdFlush>().empty());
}

TEST_CASE("a sender that waits until content has been looked at is idle, and sends no flush",
          "[protocol]") {
    SenderTalk talk(sender_config(4));
    talk.core().extend(10'000);
    talk.hear(receiver().join());
    talk.pass(milliseconds(500));
    CHECK(talk.data.size() == 10);
    CHECK(talk.sent.all<wire::CmdFlush>().empty());
    talk.core().extend(40'000);
    talk.pass(milliseconds(500));
    CHECK(talk.core().first_pass_done());
}
