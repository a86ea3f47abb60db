// SPDX-License-Identifier: MIT
// What anybody on the network can say from an address of its own, and what it does not do.
#include <string>

#include "support/catch.hpp"
#include "talk.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using wire::RollState;

namespace {

constexpr Origin kStranger{.low = 0x666, .port = 6};
constexpr Origin kElsewhere{.low = 0x777, .port = 7};
const std::array<std::uint8_t, 16> kOtherRoot{9, 9, 9};

FakeReceiver receiver(std::uint32_t node = 0x0a000001) {
    return {.node = NodeId{node}};
}

/// Heard from there, once.
template <typename Talk>
void hear_from(Talk& talk, const Origin& from, const Buffer& datagram) {
    const Origin usual = std::exchange(talk.from, from);
    talk.hear(datagram);
    talk.from = usual;
}

/// Everything comes, and is verified.
void complete(ReceiverTalk& talk, FakeSender& sender) {
    join(talk, sender);
    talk.hear(sender.digests(0, 4));
    for (std::uint32_t b = 0; b < 4; ++b)
        for (std::uint16_t s = 0; s < 10; ++s) talk.hear(sender.data(b, s));
}

/// A sender that has begun with one receiver and sent all there is.
SenderTalk sent() {
    SenderTalk talk(sender_config());
    talk.hear(receiver().join());
    send_all(talk);
    return talk;
}

}  // namespace

TEST_CASE("nothing is taken from another address than the chosen offer's, and it is counted",
          "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    const auto mark = talk.sent.size();
    hear_from(talk, kStranger, sender.data(0, 0));
    hear_from(talk, kStranger, sender.digests(0, 4));
    hear_from(talk, kStranger, sender.end());
    hear_from(talk, kStranger, sender.probe());
    hear_from(talk, kStranger, sender.offer(wire::kOfferStarted));
    for (std::uint8_t state = 0; state < 9; ++state)
        hear_from(talk, kStranger, sender.roll(kReceiverNode, RollState{state}));
    CHECK(talk.core().stats().foreign == 14);
    CHECK(talk.core().bytes_done() == 0);
    CHECK(talk.result() == "running");
    CHECK(talk.sent.size() == mark);
    CHECK_FALSE(talk.core().heard_sender());
}

TEST_CASE("a sender's new address is believed in its offer, when the old one is silent",
          "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    talk.pass(milliseconds(1900));
    hear_from(talk, kElsewhere, sender.offer(wire::kOfferStarted));
    CHECK_FALSE(talk.core().heard_sender());
    talk.pass(milliseconds(200));
    hear_from(talk, kElsewhere, sender.data(0, 0));  // not by data
    CHECK(talk.core().bytes_done() == 0);
    auto other = sender;
    other.transfer = 1;
    hear_from(talk, kElsewhere, other.offer(wire::kOfferStarted));
    CHECK_FALSE(talk.core().heard_sender());
    hear_from(talk, kElsewhere, sender.offer(wire::kOfferStarted));
    CHECK(talk.core().heard_sender());
    hear_from(talk, kElsewhere, sender.data(0, 0));
    CHECK(talk.core().bytes_done() == 1000);
    talk.hear(sender.data(0, 1));  // the old address is a stranger's now
    CHECK(talk.core().bytes_done() == 1000);
}

TEST_CASE("a roll of a state that there is not, or done before we said so, ends nothing",
          "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    for (const unsigned state : {0U, 2U, 8U, 255U})
        talk.hear(sender.roll(kReceiverNode, RollState{static_cast<std::uint8_t>(state)}));
    talk.hear(sender.roll(kReceiverNode, RollState::refused));  // an answer to something older
    CHECK(talk.result() == "running");
}

TEST_CASE("a round trip of a thousand seconds is not waited for when it was none",
          "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    auto liar = sender;
    liar.grtt = 1000;
    liar.backoff = 15;
    talk.hear(liar.probe());
    sender.sequence = liar.sequence;
    for (std::uint16_t s = 0; s < 9; ++s) talk.hear(sender.data(0, s));
    talk.hear(sender.data(1, 0));
    CHECK(talk.sent.requests().empty());
    talk.hear(sender.probe());
    talk.pass(milliseconds(100));
    CHECK_FALSE(talk.sent.requests().empty());
}

TEST_CASE("adverts of everything do not silence one that gets nothing", "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    for (std::uint16_t s = 0; s < 9; ++s) talk.hear(sender.data(0, s));
    talk.hear(sender.flush());
    talk.pass(milliseconds(20));
    talk.sent.clear();
    const Buffer requests = requests_of({ask_symbols(0, 0, 19), ask_blocks(0, 3)});
    for (int i = 0; i < 100; ++i) {
        wire::CmdRepairAdv advert;
        advert.source = sender.source();
        advert.sender = sender.fields();
        advert.requests = requests;
        talk.hear(bytes_of(advert));
        talk.hear(sender.flush());
        talk.pass(milliseconds(100));
    }
    CHECK(talk.sent.requests().size() > 3);
}

TEST_CASE("nobody is behind while nobody else is served", "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    for (std::uint16_t s = 0; s < 9; ++s) talk.hear(sender.data(0, s));
    talk.hear(sender.flush());
    talk.hear(sender.roll(kReceiverNode, RollState::behind));
    talk.sent.clear();
    talk.pass(milliseconds(100));
    CHECK_FALSE(talk.sent.requests().empty());
}

TEST_CASE("a digest that content belies is asked for again", "[protocol][hostile]") {
    ReceiverTalk talk;
    talk.obeys = false;
    FakeSender sender;
    join(talk, sender);
    talk.hear(sender.digests(0, 4));
    for (std::uint16_t s = 0; s < 10; ++s) talk.hear(sender.data(0, s));
    talk.core().verdict(talk.now, 0, false);
    talk.hear(sender.flush());
    talk.pass(milliseconds(100));
    const auto asked = talk.sent.all_private<wire::DigestRequest>();
    REQUIRE_FALSE(asked.empty());
    CHECK(asked.back().ranges[0] == wire::ChunkRange{0, 0});
}

TEST_CASE("what was verified has to be what was sent, by the sender's word for it",
          "[protocol][hostile]") {
    for (const bool by_end : {false, true}) {
        ReceiverTalk talk;
        FakeSender sender;
        complete(talk, sender);
        sender.root = kOtherRoot;
        talk.hear(by_end ? sender.end() : sender.roll(kReceiverNode, RollState::done));
        CHECK(talk.result() == "integrity");
    }
    ReceiverTalk told;
    FakeSender sender;
    complete(told, sender);
    told.hear(sender.roll(kReceiverNode, RollState::failed,
                          static_cast<std::uint16_t>(ErrorCode::integrity)));
    CHECK(told.result() == "integrity");
}

TEST_CASE("a receiver's report and its done carry the digest of the whole", "[protocol][hostile]") {
    for (const double group : {10.0, 500.0}) {
        ReceiverTalk talk;
        FakeSender sender;
        sender.group = group;
        complete(talk, sender);
        talk.pass(seconds(2));
        std::vector<std::uint8_t> root;
        for (const auto& report : talk.sent.all_private<wire::Report>())
            if (report.state == wire::ReportState::verified)
                root.assign(report.root.begin(), report.root.end());
        for (const auto& done : talk.sent.all_private<wire::Done>())
            root.assign(done.root.begin(), done.root.end());
        CHECK(std::ranges::equal(root, kRoot));
    }
}

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
    for (const bool crowd : {false, true}) {
        SenderTalk talk = sent();
        auto other = receiver();
        other.root = kOtherRoot;
        talk.hear(crowd ? other.done() : other.verified());
        CHECK(talk.sent.rolls_of(other.node).back() == RollState::failed);
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

TEST_CASE("a plain sender is taken with --plain alone, and named without", "[protocol][hostile]") {
    auto config = ReceiverTalk::receiver_config();
    config.plain = false;
    ReceiverTalk talk(config);
    FakeSender plain{.node = NodeId{5}};
    for (int i = 0; i < 3; ++i) {
        talk.hear(plain.info());
        talk.hear(plain.data(0, 0, 0, true));
        talk.pass(seconds(1));
    }
    CHECK(talk.count(ReceiverEvent::Kind::offered) == 0);
    CHECK(talk.count(ReceiverEvent::Kind::warning) == 1);
    FakeSender sender;
    talk.hear(sender.offer());
    CHECK(talk.count(ReceiverEvent::Kind::offered) == 1);
}

TEST_CASE("an offer of another version or kind is named once, and its sender is no plain one",
          "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    Buffer newer = bytes_of(sender.offer_message(0));
    SECTION("a later version") {
        newer[2] = 3;
    }
    SECTION("an earlier version") {
        newer[2] = 1;
    }
    SECTION("another kind of offer") {
        newer[3] = 8;
    }
    talk.hear(sender.info());
    for (int i = 0; i < 3; ++i) {
        talk.hear(sender.application(newer));
        talk.hear(sender.info());
        talk.hear(sender.data(0, 0, 0, true));
        talk.pass(seconds(1));
    }
    CHECK(talk.count(ReceiverEvent::Kind::offered) == 0);
    CHECK(talk.count(ReceiverEvent::Kind::warning) == 1);
}

TEST_CASE("a second receiver of one node id is refused; a drawn id is drawn anew",
          "[protocol][hostile]") {
    SenderTalk sender(sender_config());
    sender.hear(receiver().join("one"));
    auto twin = receiver();
    twin.challenge = 2;
    hear_from(sender, kElsewhere, twin.join("two"));
    const auto rolls = sender.sent.all_private<wire::Roll>();
    CHECK(rolls.back().state == RollState::refused);
    CHECK(rolls.back().error == static_cast<std::uint16_t>(ErrorCode::node_taken));
    CHECK(rolls.back().entries[0] == wire::RollEntry{twin.node, 2});
    CHECK(sender.core().receivers().size() == 1);

    const auto taken = static_cast<std::uint16_t>(ErrorCode::node_taken);
    sender.hear(FakeReceiver{.node = sender_config().node}.join("one of the sender's own"));
    CHECK(sender.sent.all_private<wire::Roll>().back().error == taken);
    CHECK(sender.core().receivers().size() == 1);

    for (const bool fixed : {false, true}) {
        auto config = ReceiverTalk::receiver_config();
        config.fixed_node = fixed;
        ReceiverTalk talk(config);
        FakeSender fake;
        talk.hear(fake.offer());
        talk.pass(milliseconds(100));
        talk.hear(fake.roll(kReceiverNode, RollState::refused, taken));
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
    CHECK(talk.sent.rolls_of(genuine.node).front() == RollState::joined);
    CHECK(talk.sent.rolls_of(NodeId{2}).back() == RollState::failed);
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

TEST_CASE("an offer of nobody that cannot be taken ends nothing", "[protocol][hostile]") {
    using Kind = ReceiverEvent::Kind;
    ReceiverTalk talk;
    talk.accepts = false;
    FakeSender nobody{.node = NodeId{5}, .transfer = 5};
    for (std::size_t i = 1; i <= 2; ++i) {
        hear_from(talk, kStranger, nobody.offer());
        REQUIRE(talk.count(Kind::offered) == i);
        talk.core().decline(talk.now, Error{ErrorCode::exists, 0, "it exists"});
        talk.pass(milliseconds(100));
        const auto joins = talk.sent.all_private<wire::Join>();
        REQUIRE_FALSE(joins.empty());
        CHECK(joins.back().error == static_cast<std::uint16_t>(ErrorCode::exists));
        hear_from(talk, kStranger, nobody.end());
        nobody.challenge = 1;  // a guess
        hear_from(talk, kStranger, nobody.roll(kReceiverNode, RollState::failed));
        talk.pass(seconds(4));
        CHECK(talk.result() == "running");
        CHECK(talk.count(Kind::unanswered) == i);
        CHECK(talk.events.back().text.empty() == (i == 2));  // said once
    }
    FakeSender sender;
    talk.hear(sender.offer());
    CHECK(talk.events.back().kind == Kind::offered);
}

TEST_CASE("an offer that cannot be taken ends the receiver once its sender answers the join",
          "[protocol][hostile]") {
    for (const auto state : {RollState::failed, RollState::refused}) {
        ReceiverTalk talk;
        talk.accepts = false;
        FakeSender sender;
        talk.hear(sender.offer());
        talk.core().decline(talk.now, Error{ErrorCode::no_space, 0, "too small"});
        talk.pass(milliseconds(100));
        talk.hear(sender.roll(kReceiverNode, state));
        CHECK(talk.result() == "no_space");
    }
}

TEST_CASE("a join that nobody answers holds a receiver for two seconds", "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender nobody{.node = NodeId{5}, .transfer = 5};
    hear_from(talk, kStranger, nobody.offer(wire::kOfferStarted));
    hear_from(talk, kStranger, nobody.data(0, 0));
    talk.pass(milliseconds(2200));
    CHECK(talk.count(ReceiverEvent::Kind::unanswered) == 1);
    CHECK(talk.core().bytes_done() == 0);
    FakeSender sender;
    sender.challenge = [&] {
        talk.hear(sender.offer());
        talk.pass(milliseconds(100));
        return talk.sent.all_private<wire::Join>().back().challenge;
    }();
    CHECK(sender.challenge != kChallenge);  // the other one knows that
    talk.hear(sender.roll(kReceiverNode, RollState::joined));
    talk.hear(sender.offer(wire::kOfferStarted));
    talk.hear(sender.digests(0, 4));
    for (std::uint32_t b = 0; b < 4; ++b)
        for (std::uint16_t i = 0; i < 10; ++i) talk.hear(sender.data(b, i));
    talk.hear(sender.roll(kReceiverNode, RollState::done));
    CHECK(talk.result() == "success");
}

TEST_CASE("a sender that is heard is waited for, though it answers no join",
          "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    for (int i = 0; i < 40; ++i) {
        talk.hear(sender.offer());
        talk.pass(milliseconds(250));
    }
    CHECK(talk.count(ReceiverEvent::Kind::unanswered) == 0);
    CHECK(talk.sent.all_private<wire::Join>().size() > 10);
}
