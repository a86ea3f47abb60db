// SPDX-License-Identifier: MIT
// How a receiver finds a transfer: which offers it takes, how it joins, what it refuses to believe.
#include <string>

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = ReceiverEvent::Kind;
using wire::ReceiverState;

TEST_CASE("the first offer is taken, and answered by a join", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    CHECK(talk.core().waiting_for() == ReceiverWait{ReceiverWait::Kind::offer});
    talk.hear(sender.offer());
    CHECK(talk.heard_sender);
    CHECK(talk.count(Kind::offered) == 1);
    CHECK(talk.core().offer().name == "file");
    CHECK(talk.core().offer().object == sender.object);
    talk.pass(milliseconds(20));  // not at once: many may have heard the same offer
    const auto joins = talk.sent.all_private<wire::Join>();
    REQUIRE(joins.size() == 1);
    CHECK(joins[0].transfer == kTransfer);
    CHECK(joins[0].host == "lab");
}

TEST_CASE("a receiver that wants a name takes no other", "[protocol][receiver]") {
    auto config = ReceiverTalk::receiver_config();
    config.wanted_name = "right";
    ReceiverTalk talk(config);
    FakeSender wrong{.node = NodeId{5}, .name = "wrong"};
    FakeSender right{.name = "right"};
    talk.hear(wrong.offer());
    CHECK(talk.count(Kind::offered) == 0);
    talk.hear(right.offer());
    CHECK(talk.count(Kind::offered) == 1);
    CHECK(talk.core().offer().sender == kSenderNode);
}

TEST_CASE("a transfer that was received before is passed over, and that is said once",
          "[protocol][receiver]") {
    auto config = ReceiverTalk::receiver_config();
    config.before = {{kSenderNode, kInstance, kTransfer, "5f0c2a91"}};
    ReceiverTalk talk(config);
    FakeSender sender;
    for (int i = 0; i < 3; ++i) talk.hear(sender.offer());
    CHECK(talk.count(Kind::offered) == 0);
    CHECK(talk.count(Kind::warning) == 1);
    SECTION("another transfer of the same sender") {
        sender.transfer = kTransfer + 1;
    }
    SECTION("the sender was started anew") {
        sender.instance = InstanceId{raw(kInstance) + 1U};
    }
    SECTION("another sender") {
        sender.node = NodeId{5};
    }
    talk.hear(sender.offer());
    CHECK(talk.count(Kind::offered) == 1);
    CHECK(talk.core().offer().instance == sender.instance);
}

TEST_CASE("the offer of a draining sender is not taken", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    talk.hear(sender.offer(wire::kOfferDraining));
    CHECK(talk.count(Kind::offered) == 0);
}

TEST_CASE("a sender of ours whose offer is not for us is never taken for a plain one",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    for (int i = 0; i < 40; ++i) {
        talk.hear(sender.offer(wire::kOfferDraining | wire::kOfferStarted));
        talk.hear(sender.data(0, 0));
        talk.hear(sender.info());
        talk.pass(milliseconds(250));
    }
    CHECK(talk.count(Kind::offered) == 0);
    CHECK(talk.sent.size() == 0);
}

TEST_CASE("one who comes in the middle of a long transfer stays a full member",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    talk.hear(sender.data(1, 0));  // heard before any offer
    talk.hear(sender.offer(wire::kOfferStarted));
    talk.pass(milliseconds(1));
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::joined));
    for (int i = 0; i < 20; ++i) {
        talk.pass(milliseconds(250));
        talk.hear(sender.offer(wire::kOfferStarted));
    }
    CHECK_FALSE(talk.core().offer().plain);
    CHECK(talk.sent.all_private<wire::Report>().size() > 20);
    talk.hear(sender.end(static_cast<std::uint16_t>(ErrorCode::cancelled), "stop"));
    CHECK(talk.result() == "cancelled");
}

TEST_CASE("a join is repeated until a list of receiver states names us", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    for (int i = 0; i < 3; ++i) {
        talk.hear(sender.offer());
        talk.pass(seconds(1));
    }
    const auto tries = talk.sent.all_private<wire::Join>().size();
    CHECK(tries >= 6);
    CHECK(tries < 20);
    talk.hear(sender.receiver_states(NodeId{99}, ReceiverState::joined));
    CHECK(talk.count(Kind::joined) == 0);
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::joined));
    CHECK(talk.count(Kind::joined) == 1);
    talk.sent.clear();
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::joined));
    talk.pass(seconds(2));
    CHECK(talk.sent.all_private<wire::Join>().empty());
    CHECK(talk.count(Kind::joined) == 1);
}

TEST_CASE("a receiver that is refused says so", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    talk.hear(sender.offer());
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::refused));
    CHECK(talk.result() == "refused");
}

TEST_CASE("a receiver that is detached, or given up, says so", "[protocol][receiver]") {
    struct Case {
        ReceiverState state;
        ErrorCode why;
        std::string_view result;
    };
    for (const auto& [state, why, result] :
         {Case{ReceiverState::detached, ErrorCode::detached, "detached"},
          Case{ReceiverState::failed, ErrorCode::receiver_lost, "timed_out"},
          Case{ReceiverState::failed, ErrorCode::timed_out, "timed_out"},
          Case{ReceiverState::failed, ErrorCode::integrity, "detached"}}) {
        ReceiverTalk talk;
        FakeSender sender;
        join(talk, sender);
        talk.hear(sender.receiver_states(kReceiverNode, state, static_cast<std::uint16_t>(why)));
        CHECK(talk.result() == result);
    }
}

TEST_CASE("one who cannot take an offer joins all the same, so that the sender knows why",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    talk.accepts = false;
    FakeSender sender;
    talk.hear(sender.offer());
    talk.core().fail(talk.now, Error{ErrorCode::exists, 0, "it exists"});
    talk.pass(milliseconds(100));
    CHECK(talk.sent.all_private<wire::Join>().size() > 1);
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::joined));
    talk.sent.clear();
    talk.pass(milliseconds(500));
    CHECK(talk.sent.all_private<wire::Join>().empty());
    REQUIRE_FALSE(talk.sent.all_private<wire::Report>().empty());
    CHECK(talk.sent.all_private<wire::Report>()[0].message == "it exists");
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::failed));
    CHECK(talk.result() == "exists");
}

TEST_CASE("one whose join was lost while all of a small file came still joins",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.object = ten_by_ten(1);
    talk.hear(sender.offer(wire::kOfferStarted));
    talk.hear(sender.digests(0, 1));
    for (std::uint16_t s = 0; s < 10; ++s) talk.hear(sender.data(0, s));
    talk.sent.clear();
    talk.pass(milliseconds(100));
    CHECK_FALSE(talk.sent.all_private<wire::Join>().empty());
    CHECK_FALSE(talk.sent.all_private<wire::Report>().empty());
}

TEST_CASE("without an offer in time there is no sender", "[protocol][receiver]") {
    auto config = ReceiverTalk::receiver_config();
    config.waiting_limit = seconds(2);
    ReceiverTalk talk(config);
    talk.pass(seconds(3));
    CHECK(talk.result() == "no_sender");
    CHECK(talk.core().next_timeout() == kNever);
}

TEST_CASE("objects that no memory can hold the books of are not taken", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    SECTION("2^48 bytes in chunks of one byte") {
        sender.object = {ObjectId{7}, (std::uint64_t{1} << 48) - 1, 65'000, 200,
                         50,          wire::FecId::small_block};
        sender.digest.chunk_size = 1;
    }
    SECTION("2^32 blocks of one byte") {
        sender.object = {ObjectId{7}, std::uint64_t{1} << 32, 1, 1, 0, wire::FecId::small_block};
        sender.digest.chunk_size = UINT32_MAX;
    }
    SECTION("a million chunks") {
        sender.object.size = 1 << 20;
        sender.digest.chunk_size = 1;
    }
    talk.hear(sender.offer());
    CHECK(talk.count(Kind::offered) == 0);
}

TEST_CASE("geometry that no object can have is no offer", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    auto offer = sender.offer_message(0);
    SECTION("segments of nothing") {
        offer.segment_size = 0;
    }
    SECTION("blocks of nothing") {
        offer.block_size = 0;
    }
    SECTION("more symbols than the field has points") {
        offer.parity = 250;
    }
    SECTION("more bytes than 48 bits count") {
        offer.object_size = std::uint64_t{1} << 48;
    }
    SECTION("more bytes than anything counts") {
        offer.object_size = UINT64_MAX;
    }
    SECTION("chunks of nothing") {
        offer.chunk_size = 0;
    }
    SECTION("more blocks than id 5 counts") {
        offer.object_size = std::uint64_t{1} << 40;
        offer.segment_size = 1;
    }
    talk.hear(sender.application(bytes_of(offer)));
    CHECK(talk.count(Kind::offered) == 0);
}

TEST_CASE("an offer that asks for reports all the time gets them at a bearable rate",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.report_interval_us = 0;
    join(talk, sender);
    talk.pass(seconds(1));  // fails when the driver would spin
    CHECK(talk.sent.all_private<wire::Report>().size() < 250);
    talk.sent.clear();
    sender.report_interval_us = UINT32_MAX;
    talk.hear(sender.offer(wire::kOfferStarted));
    for (int i = 0; i < 9; ++i) {  // a minute and more
        talk.pass(seconds(8));
        talk.hear(sender.offer(wire::kOfferStarted));
    }
    CHECK_FALSE(talk.sent.all_private<wire::Report>().empty());
}

TEST_CASE("messages of another instance, node or transfer are not our sender's",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    FakeSender restarted = sender;
    restarted.instance = InstanceId{99};
    FakeSender stranger = sender;
    stranger.node = NodeId{99};
    FakeSender other = sender;
    other.transfer = 99;
    for (FakeSender* wrong : {&restarted, &stranger}) {
        CHECK(talk.placed(wrong->data(0, 0)) == Placement::Kind::none);
        CHECK_FALSE(talk.heard_sender);
    }
    for (FakeSender* wrong : {&restarted, &stranger, &other}) {
        talk.hear(wrong->end());
        talk.hear(wrong->receiver_states(kReceiverNode, ReceiverState::detached));
    }
    CHECK(talk.result() == "running");
    CHECK(talk.placed(sender.data(0, 0)) == Placement::Kind::source);
}

TEST_CASE("a sender that falls silent is lost", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    talk.pass(seconds(12));
    CHECK(talk.core().waiting_for().kind == ReceiverWait::Kind::sender);
    CHECK(talk.core().waiting_for().silence >= seconds(11));
    talk.pass(seconds(17));
    CHECK(talk.result() == "running");
    talk.pass(seconds(2));
    CHECK(talk.result() == "sender_lost");
    CHECK(talk.events.back().error->why == ReceiverError::Why::silent);
    CHECK(talk.events.back().error->silence == seconds(30));
}

TEST_CASE("a receiver's own sleep is no silence of the sender", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    talk.pass(seconds(10));
    talk.now += seconds(60);  // stopped
    talk.pass(seconds(19));
    CHECK(talk.result() == "running");
    CHECK(talk.placed(sender.data(0, 0)) == Placement::Kind::source);
    talk.pass(seconds(31));
    CHECK(talk.result() == "sender_lost");
}

TEST_CASE("a receiver that hears the sender again joins again, for its address may be another one",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    for (const auto& [silence, again] : {std::pair{seconds(1), false}, {seconds(3), true}}) {
        talk.pass(silence);
        talk.sent.clear();
        talk.hear(sender.offer(wire::kOfferStarted));
        talk.pass(milliseconds(10));
        CHECK(talk.sent.all_private<wire::Join>().size() == again);
    }
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::joined));
    talk.sent.clear();
    talk.pass(milliseconds(900));
    CHECK(talk.sent.all_private<wire::Join>().empty());
}

TEST_CASE("a receiver that hears the sender again has time for what it missed",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    talk.pass(seconds(29));
    talk.hear(sender.offer(wire::kOfferStarted));
    talk.pass(seconds(10));
    CHECK(talk.result() == "running");
}

TEST_CASE("a sender that speaks but sends nothing new is not waited for for ever",
          "[protocol][receiver]") {
    auto config = ReceiverTalk::receiver_config();
    config.progress_limit = seconds(8);
    ReceiverTalk talk(config);
    FakeSender sender;
    join(talk, sender);
    talk.hear(sender.data(0, 0));
    for (int i = 0; i < 12; ++i) {
        talk.pass(seconds(1));
        talk.hear(sender.offer(wire::kOfferStarted));
        talk.hear(sender.data(0, 0));
    }
    CHECK(talk.result() == "timed_out");
}

TEST_CASE("no bytes from the network harm the receiver", "[protocol][receiver]") {
    Rng rng(5);
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    for (int i = 0; i < 3000; ++i) {
        Buffer bytes = rng.chance(0.5) ? sender.data(rng.below(4) & 3, rng.below(20) & 15)
                                       : Buffer(rng.below(120));
        for (int n = 0; n < 3 && !bytes.empty(); ++n)
            bytes[rng.below(bytes.size())] = static_cast<std::uint8_t>(rng.next());
        talk.hear(bytes);
    }
    CHECK(talk.core().bytes_done() <= 40'000);
}
