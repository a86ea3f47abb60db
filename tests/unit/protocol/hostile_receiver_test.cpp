// SPDX-License-Identifier: MIT
// A receiver, and all that anybody on the network can say to it from an address of its own.
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

/// Everything comes, and is verified.
void complete(ReceiverTalk& talk, FakeSender& sender) {
    join(talk, sender);
    talk.hear(sender.digests(0, 4));
    for (std::uint32_t b = 0; b < 4; ++b)
        for (std::uint16_t s = 0; s < 10; ++s) talk.hear(sender.data(b, s));
}

/// The last symbol of the first block is lost, and everything else comes later.
void lack_one_symbol(ReceiverTalk& talk, FakeSender& sender) {
    for (std::uint16_t s = 0; s < 9; ++s) talk.hear(sender.data(0, s));
    talk.hear(sender.flush());
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
    hear_from(talk, kStranger, sender.zeros({{0, 3}}));
    hear_from(talk, kStranger, sender.end());
    hear_from(talk, kStranger, sender.probe());
    hear_from(talk, kStranger, sender.offer(wire::kOfferStarted));
    for (std::uint8_t state = 0; state < 9; ++state)
        hear_from(talk, kStranger, sender.receiver_states(kReceiverNode, ReceiverState{state}));
    CHECK(talk.core().stats().foreign == 15);
    CHECK(talk.core().bytes_done() == 0);
    CHECK(talk.result() == "running");
    CHECK(talk.sent.size() == mark);
    CHECK_FALSE(talk.heard_sender);
}

TEST_CASE("a sender's new address is believed in its offer, when the old one is silent",
          "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    talk.pass(milliseconds(1900));
    hear_from(talk, kElsewhere, sender.offer(wire::kOfferStarted));
    CHECK_FALSE(talk.heard_sender);
    talk.pass(milliseconds(200));
    hear_from(talk, kElsewhere, sender.data(0, 0));  // not by data
    CHECK(talk.core().bytes_done() == 0);
    auto other = sender;
    other.transfer = 1;
    hear_from(talk, kElsewhere, other.offer(wire::kOfferStarted));
    CHECK_FALSE(talk.heard_sender);
    hear_from(talk, kElsewhere, sender.offer(wire::kOfferStarted));
    CHECK(talk.heard_sender);
    hear_from(talk, kElsewhere, sender.data(0, 0));
    CHECK(talk.core().bytes_done() == 1000);
    talk.hear(sender.data(0, 1));  // the old address is a stranger's now
    CHECK(talk.core().bytes_done() == 1000);
}

TEST_CASE(
    "a receiver state that there is not, or done before we said so, ends "
    "nothing",
    "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    for (const unsigned state : {0U, 2U, 8U, 255U})
        talk.hear(
            sender.receiver_states(kReceiverNode, ReceiverState{static_cast<std::uint8_t>(state)}));
    talk.hear(sender.receiver_states(kReceiverNode,
                                     ReceiverState::refused));  // an answer to something older
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
    lack_one_symbol(talk, sender);
    talk.pass(milliseconds(20));
    talk.sent.clear();
    const Buffer requests = requests_of({ask_symbols(0, 0, 19), ask_blocks(0, 3)});
    for (int i = 0; i < 100; ++i) {
        wire::CmdRepairAdv repair_adv;
        repair_adv.source = sender.source();
        repair_adv.sender = sender.fields();
        repair_adv.requests = requests;
        talk.hear(bytes_of(repair_adv));
        talk.hear(sender.flush());
        talk.pass(milliseconds(100));
    }
    CHECK(talk.sent.requests().size() > 3);
}

TEST_CASE("nobody is behind while nobody else is served", "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    lack_one_symbol(talk, sender);
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::behind));
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
        talk.hear(by_end ? sender.end()
                         : sender.receiver_states(kReceiverNode, ReceiverState::done));
        CHECK(talk.result() == "integrity");
    }
    ReceiverTalk told;
    FakeSender sender;
    complete(told, sender);
    told.hear(sender.receiver_states(kReceiverNode, ReceiverState::failed,
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
        newer[3] = 9;
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
        hear_from(talk, kStranger, nobody.receiver_states(kReceiverNode, ReceiverState::failed));
        talk.pass(seconds(4));
        CHECK(talk.result() == "running");
        CHECK(talk.count(Kind::unanswered) == i);
        CHECK((talk.events.back().notice.kind == ReceiverNotice::Kind::nothing) ==
              (i == 2));  // said once
    }
    FakeSender sender;
    talk.hear(sender.offer());
    CHECK(talk.events.back().kind == Kind::offered);
}

TEST_CASE("an offer that cannot be taken ends the receiver once its sender answers the join",
          "[protocol][hostile]") {
    for (const auto state : {ReceiverState::failed, ReceiverState::refused}) {
        ReceiverTalk talk;
        talk.accepts = false;
        FakeSender sender;
        talk.hear(sender.offer());
        talk.core().decline(talk.now, Error{ErrorCode::no_space, 0, "too small"});
        talk.pass(milliseconds(100));
        talk.hear(sender.receiver_states(kReceiverNode, state));
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
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::joined));
    talk.hear(sender.offer(wire::kOfferStarted));
    talk.hear(sender.digests(0, 4));
    for (std::uint32_t b = 0; b < 4; ++b)
        for (std::uint16_t i = 0; i < 10; ++i) talk.hear(sender.data(b, i));
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::done));
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

TEST_CASE("zeros that a stranger tells are belied by the content that comes",
          "[protocol][hostile]") {
    ReceiverTalk talk;
    talk.obeys = false;
    FakeSender sender;
    join(talk, sender);
    talk.hear(sender.zeros({{0, 3}}));
    CHECK(talk.core().bytes_done() == 40'000);
    for (std::uint32_t b = 0; b < 4; ++b) {
        for (std::uint16_t s = 0; s < 10; ++s) {
            Buffer datagram = sender.data(b, s);
            datagram.back() = 1;
            CHECK(talk.placed(datagram) == Placement::Kind::source);
        }
    }
    CHECK(talk.core().bytes_done() == 40'000);
    CHECK(talk.result() == "running");
}
