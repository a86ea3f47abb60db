// SPDX-License-Identifier: MIT
// A receiver of a session with a secret, and the record of an earlier transfer that is played to
// it: every message is genuine, but none answers to it.
#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using wire::ReceiverState;

namespace {

constexpr std::uint64_t kOldChallenge = 0x01d;

ReceiverConfig with_secret() {
    auto config = ReceiverTalk::receiver_config();
    config.confirmed_only = true;
    return config;
}

void hear_content(ReceiverTalk& talk, FakeSender& sender) {
    talk.hear(sender.digests(0, 4));
    for (std::uint32_t block = 0; block < 4; ++block)
        for (std::uint16_t symbol = 0; symbol < 10; ++symbol) talk.hear(sender.data(block, symbol));
}

}  // namespace

TEST_CASE("a transfer that is played back leaves nothing", "[protocol][hostile]") {
    ReceiverTalk talk(with_secret());
    FakeSender record;
    record.challenge = kOldChallenge;
    talk.hear(record.offer());
    talk.pass(milliseconds(100));
    talk.hear(record.receiver_states(kReceiverNode, ReceiverState::joined));
    talk.hear(record.offer(wire::kOfferStarted));
    hear_content(talk, record);
    talk.hear(record.zeros({{0, 1}}));
    talk.hear(record.receiver_states(kReceiverNode, ReceiverState::done));
    talk.hear(record.end());
    CHECK(talk.count(Order::Kind::zeros) == 0);
    CHECK(talk.count(Order::Kind::verify) == 0);
    CHECK(talk.core().bytes_done() == 0);
    CHECK(talk.count(Order::Kind::finish) == 0);
    CHECK(talk.result() == "running");
}

TEST_CASE("a transfer that goes on without answering is passed over", "[protocol][hostile]") {
    ReceiverTalk talk(with_secret());
    FakeSender record;
    for (int i = 0; i < 36 && talk.count(ReceiverEvent::Kind::unanswered) == 0; ++i) {
        talk.hear(record.offer(wire::kOfferStarted));
        talk.hear(record.data(0, 0));
        talk.pass(milliseconds(250));
    }
    CHECK(talk.count(ReceiverEvent::Kind::unanswered) == 1);
    CHECK(talk.core().bytes_done() == 0);
    // The real one is taken after that.
    FakeSender sender{.transfer = 77};
    talk.hear(sender.offer());
    talk.pass(milliseconds(100));
    sender.challenge = talk.sent.all_private<wire::Join>().back().challenge;
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::joined));
    talk.hear(sender.offer(wire::kOfferStarted));
    hear_content(talk, sender);
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::done));
    CHECK(talk.result() == "success");
}

TEST_CASE("a transfer that is played back does not end a receiver by its limit of progress",
          "[protocol][hostile]") {
    auto config = with_secret();
    config.progress_limit = seconds(3);
    ReceiverTalk talk(config);
    FakeSender record;
    for (int i = 0; i < 36 && talk.count(ReceiverEvent::Kind::unanswered) == 0; ++i) {
        talk.hear(record.offer(wire::kOfferStarted));
        talk.hear(record.data(0, 0));
        talk.pass(milliseconds(250));
    }
    CHECK(talk.count(ReceiverEvent::Kind::unanswered) == 1);
    CHECK(talk.result() == "running");
}

TEST_CASE("content before the confirmation is lost content, which is asked for",
          "[protocol][hostile]") {
    ReceiverTalk talk(with_secret());
    FakeSender sender;
    talk.hear(sender.offer(wire::kOfferStarted));
    talk.pass(milliseconds(100));
    hear_content(talk, sender);
    CHECK(talk.core().bytes_done() == 0);
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::joined));
    talk.hear(sender.flush());
    talk.pass(milliseconds(200));
    CHECK_FALSE(talk.sent.all<wire::Nack>().empty());
    hear_content(talk, sender);
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::done));
    CHECK(talk.result() == "success");
}

TEST_CASE("an empty file waits for the confirmation, too", "[protocol][hostile]") {
    ReceiverTalk talk(with_secret());
    FakeSender sender;
    sender.object.size = 0;
    talk.hear(sender.offer(wire::kOfferStarted));
    talk.pass(milliseconds(100));
    CHECK(talk.count(Order::Kind::finish) == 0);
    talk.hear(sender.receiver_states(kReceiverNode, ReceiverState::joined));
    CHECK(talk.count(Order::Kind::finish) == 1);
}

TEST_CASE("without a secret content is taken before the join is confirmed", "[protocol][hostile]") {
    ReceiverTalk talk;
    FakeSender sender;
    talk.hear(sender.offer(wire::kOfferStarted));
    hear_content(talk, sender);
    CHECK(talk.core().bytes_done() == sender.object.size);
}
