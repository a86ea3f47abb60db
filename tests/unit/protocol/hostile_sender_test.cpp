// SPDX-License-Identifier: MIT
// A sender, and all that anybody on the network can say to it from an address of its own.
#include <array>
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

const std::array<std::uint8_t, 16> kOtherRoot{9, 9, 9};

/// A sender that has begun with one receiver and sent all there is.
SenderTalk sent() {
    SenderTalk talk(sender_config());
    talk.hear(receiver().join());
    send_all(talk);
    return talk;
}

}  // namespace

TEST_CASE("nothing is a success before all was sent", "[protocol][hostile]") {
    SenderTalk talk(sender_config(400));
    talk.hear(receiver().join());
    talk.hear(receiver().verified());
    talk.hear(receiver().done());
    CHECK(talk.core().receivers()[0].in_progress());
    CHECK(talk.core().receivers()[0].bytes_done == 0);
    send_all(talk);
    talk.hear(receiver().done());
    talk.pass(seconds(1));
    CHECK(talk.result() == "success");
    CHECK(std::ranges::equal(talk.sent.all_private<wire::End>().back().root, kRoot));
}

TEST_CASE("a receiver that verified something else has failed", "[protocol][hostile]") {
    for (const bool large_group : {false, true}) {
        SenderTalk talk = sent();
        auto other = receiver();
        other.root = kOtherRoot;
        talk.hear(large_group ? other.done() : other.verified());
        CHECK(talk.sent.states_of(other.node).back() == ReceiverState::failed);
        talk.pass(seconds(1));
        CHECK(talk.result() == "all_receivers_failed");
        CHECK(talk.core().receivers()[0].error->code == ErrorCode::integrity);
    }
}

TEST_CASE("a receiver is heard only from where it joined", "[protocol][hostile]") {
    SenderTalk talk = sent();
    talk.data.clear();
    hear_from(talk, kStranger, receiver().done());
    hear_from(talk, kStranger, receiver().failed(12, "I am not well"));
    hear_from(talk, kStranger, receiver().nack({ask_blocks(0, 3)}));
    hear_from(talk, kStranger, receiver().digest_request(0, 3));
    hear_from(talk, kStranger, receiver().join());
    talk.pass(milliseconds(100));
    CHECK(talk.core().receivers()[0].in_progress());
    CHECK(talk.data.empty());
    CHECK(talk.core().stats().foreign == 5);
    talk.pass(milliseconds(2500));  // silent at the old address
    hear_from(talk, kElsewhere, receiver().join());
    hear_from(talk, kElsewhere, receiver().done());
    CHECK(talk.core().receivers()[0].state == State::success);
}

TEST_CASE("who never joined is served nothing, and tells no round trip", "[protocol][hostile]") {
    SenderTalk talk = sent();
    const auto grtt = talk.core().grtt();
    talk.pass(milliseconds(100));  // what it says by itself at the end
    talk.data.clear();
    talk.sent.clear();
    auto nobody = receiver(77);
    nobody.response = {3590, 0};
    talk.hear(nobody.nack({ask_blocks(0, 3)}));
    talk.hear(nobody.digest_request(0, 3));
    talk.pass(milliseconds(100));
    CHECK(talk.data.empty());
    CHECK(talk.sent.all_private<wire::Digests>().empty());
    CHECK(talk.core().grtt() <= grtt);
}

TEST_CASE("a plain receiver is served with --plain alone, and named without",
          "[protocol][hostile]") {
    auto config = sender_config();
    config.plain = false;
    SenderTalk talk(config);
    for (int i = 0; i < 3; ++i) talk.hear(receiver().ack_cc());
    CHECK(talk.core().receivers().empty());
    CHECK_FALSE(talk.core().started());
    CHECK(talk.count(SenderEvent::Kind::plain_receiver) == 1);
}

TEST_CASE("a second receiver of one node id is refused; a drawn id is drawn anew",
          "[protocol][hostile]") {
    SenderTalk sender(sender_config());
    sender.hear(receiver().join("one"));
    auto twin = receiver();
    twin.challenge = 2;
    hear_from(sender, kElsewhere, twin.join("two"));
    const auto receiver_states = sender.sent.all_private<wire::ReceiverStates>();
    CHECK(receiver_states.back().state == ReceiverState::refused);
    CHECK(receiver_states.back().error == static_cast<std::uint16_t>(ErrorCode::node_taken));
    CHECK(receiver_states.back().entries[0] == wire::ReceiverEntry{twin.node, 2});
    CHECK(sender.core().receivers().size() == 1);

    const auto taken = static_cast<std::uint16_t>(ErrorCode::node_taken);
    sender.hear(FakeReceiver{.node = sender_config().node}.join("one of the sender's own"));
    CHECK(sender.sent.all_private<wire::ReceiverStates>().back().error == taken);
    CHECK(sender.core().receivers().size() == 1);

    for (const bool fixed : {false, true}) {
        auto config = ReceiverTalk::receiver_config();
        config.fixed_node = fixed;
        ReceiverTalk talk(config);
        FakeSender fake;
        talk.hear(fake.offer());
        talk.pass(milliseconds(100));
        talk.hear(fake.receiver_states(kReceiverNode, ReceiverState::refused, taken));
        CHECK(talk.result() == (fixed ? "node_taken" : "running"));
        if (fixed) continue;
        CHECK(talk.core().node() != kReceiverNode);
        talk.sent.clear();
        talk.pass(milliseconds(100));
        REQUIRE_FALSE(talk.sent.all<wire::NormReport>().empty());
        CHECK(talk.sent.all<wire::NormReport>()[0].source.node == talk.core().node());
    }
}

TEST_CASE("the node id of one that has ended is free again", "[protocol][hostile]") {
    SenderTalk talk(sender_config(400));
    talk.hear(receiver(2).join());
    talk.hear(receiver().join());
    talk.hear(receiver().failed(12, "out of space"));
    auto again = receiver();
    again.challenge = 2;
    talk.hear(again.join());
    REQUIRE(talk.core().receivers().size() == 3);
    CHECK(talk.core().receivers()[2].in_progress());
    CHECK(talk.core().receivers()[1].state == State::failure);
}

TEST_CASE("another sender of our node id, or of our name, is told from any other",
          "[protocol][hostile]") {
    using Kind = SenderEvent::Kind;
    SenderTalk talk(sender_config());
    FakeSender self;
    talk.hear(self.offer());  // our own, come back
    CHECK(talk.events.empty());
    FakeSender twin{.instance = InstanceId{9}, .transfer = 9, .name = "other"};
    for (int i = 0; i < 2; ++i) talk.hear(twin.offer());
    CHECK(talk.count(Kind::same_node) == 1);
    FakeSender namesake{.node = NodeId{9}, .transfer = 10};
    for (int i = 0; i < 2; ++i) talk.hear(namesake.offer());
    CHECK(talk.count(Kind::same_name) == 1);
    CHECK(talk.count(Kind::foreign_sender) == 1);
}

TEST_CASE("who asks for everything again and again is served a few times what was sent",
          "[protocol][hostile]") {
    SenderTalk talk(sender_config(400));
    talk.hear(receiver().join());
    send_all(talk);
    talk.data.clear();
    const auto ghost = receiver();
    for (int i = 0; i < 2000 && talk.core().receivers()[0].in_progress(); ++i) {
        talk.hear(ghost.nack({ask_blocks(0, 399)}));
        talk.hear(ghost.report({.bytes_done = static_cast<ByteCount>(i)}));
        talk.pass(milliseconds(20));
    }
    // Four times what was sent, 64 blocks, and what it had asked for when that was reached.
    CHECK(talk.data.size() < (4 * 400 + 64 + 400) * 12);
    CHECK(talk.data.size() > 4 * 400 * 10);
    CHECK(talk.core().stats().unserved > 100);
}

TEST_CASE("who asks for all digests again and again is served some of them",
          "[protocol][hostile]") {
    auto config = sender_config(4);
    config.digest = {1, 16, 16};  // a digest for each 16 bytes
    SenderTalk talk(config);
    talk.hear(receiver().join());
    send_all(talk);
    talk.pass(milliseconds(100));
    talk.sent.clear();
    for (int i = 0; i < 200; ++i) {
        talk.hear(receiver().digest_request(0, 2499));
        talk.pass(milliseconds(20));
    }
    std::size_t digests = 0;
    for (const auto& m : talk.sent.all_private<wire::Digests>()) digests += m.count();
    CHECK(digests > 2 * 2500);
    CHECK(digests < 25 * 2500);
    CHECK(talk.core().stats().unserved > 100);
}

TEST_CASE("one that loses nineteen packets of twenty may ask for as much more",
          "[protocol][hostile]") {
    for (const bool lossy : {true, false}) {
        SenderTalk talk(sender_config(400));
        talk.hear(receiver().join());
        send_all(talk);
        for (std::uint32_t i = 0; i < 300; ++i) {
            const std::uint64_t n = 4000 + 200 * i;
            talk.hear(receiver().report({.packets_received = lossy ? n / 20 : n,
                                         .packets_expected = n,
                                         .bytes_done = 4'000'000 * ByteCount{i} / 400}));
            talk.hear(receiver().nack({ask_blocks(i, std::min(i + 19, 399U))}));
            talk.pass(milliseconds(20));
        }
        CHECK((talk.core().stats().unserved == 0) == lossy);
    }
}

TEST_CASE("in a full table those who said nothing but their join give their place",
          "[protocol][hostile]") {
    SenderTalk talk(sender_config(400));
    auto& core = talk.core();
    core.handle(talk.now, receiver(1).join(), {});
    core.handle(talk.now, receiver(1).report({}), {});
    for (std::uint32_t n = 2; n <= 20'000; ++n) core.handle(talk.now, receiver(n).join(), {});
    REQUIRE(core.receivers().size() == 20'000);
    const auto genuine = receiver(30'000);
    core.handle(talk.now, genuine.join(), {});
    CHECK(core.receiver(genuine.node) == nullptr);
    CHECK(core.stats().refused == 1);
    talk.pass(seconds(6));
    core.handle(talk.now, receiver(1).report({}), {});
    talk.events.clear();
    talk.hear(genuine.join());
    REQUIRE(core.receiver(genuine.node) != nullptr);
    CHECK(core.receivers().size() == 20'000);
    CHECK(core.receiver(NodeId{1}) != nullptr);  // it reports
    CHECK(core.receiver(NodeId{2}) == nullptr);
    CHECK(talk.count(SenderEvent::Kind::displaced) == 1);
    talk.pass(milliseconds(100));
    CHECK(talk.sent.states_of(genuine.node).front() == ReceiverState::joined);
    CHECK(talk.sent.states_of(NodeId{2}).back() == ReceiverState::failed);
}

TEST_CASE("what is no message is counted, and what is another's is not", "[protocol][hostile]") {
    SenderTalk talk = sent();
    talk.hear({1, 2, 3});
    const auto count = [&] { return talk.core().stats().malformed; };
    CHECK(count() == 1);
    auto report = receiver().report({});
    report.resize(report.size() - 1);
    talk.hear(report);
    CHECK(count() == 2);
    auto other = receiver().report({});
    other[8] = 'X';  // not our magic
    talk.hear(other);
    CHECK(count() == 2);
    ReceiverTalk listening;
    (void)listening.hear({1, 2, 3});
    CHECK(listening.core().stats().malformed == 1);
}
