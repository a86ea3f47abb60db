// SPDX-License-Identifier: MIT
// The sender by datagrams: when it begins, and with which receivers.
#include <string>
#include <tuple>
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

/// Receivers that have to come yet, of so many, and their names.
using Awaited = std::tuple<std::size_t, std::size_t, std::vector<std::string>>;

Awaited awaited(const SenderTalk& talk) {
    const SenderWait wait = talk.core().waiting_for();
    CHECK(wait.kind == SenderWait::Kind::receivers);
    return {wait.count, wait.wanted, wait.names};
}

}  // namespace

TEST_CASE("the sender waits for as many receivers as it was told", "[protocol][sender]") {
    auto config = sender_config();
    config.begin_with = 3;
    SenderTalk talk(config);
    talk.hear(receiver(1).join());
    talk.hear(receiver(2).join());
    CHECK(awaited(talk) == Awaited{1, 3, {}});
    CHECK_FALSE(talk.core().started());
    talk.hear(receiver(3).join());
    CHECK(talk.core().started());
    CHECK(talk.count(Kind::started) == 1);
}

TEST_CASE("before it begins the sender offers and probes, and sends no data",
          "[protocol][sender]") {
    SenderTalk talk(sender_config());
    talk.pass(seconds(2));
    CHECK(talk.data.empty());
    CHECK(talk.sent.all_private<wire::Offer>().size() >= 10);
    CHECK(talk.sent.all<wire::CmdCc>().size() >= 3);
    CHECK(talk.sent.all<wire::CmdFlush>().empty());
}

TEST_CASE("a probe follows each offer, so that the join tells the round trip",
          "[protocol][sender]") {
    SenderTalk talk(sender_config());
    talk.pass(seconds(1));
    std::vector<std::uint16_t> probes;
    for (const auto& probe : talk.sent.all<wire::CmdCc>()) probes.push_back(probe.source.sequence);
    std::vector<std::uint16_t> after_offers;
    for (const auto& command : talk.sent.all<wire::CmdApplication>())
        after_offers.push_back(command.source.sequence + 1);
    CHECK(after_offers.size() >= 10);
    CHECK(probes == after_offers);
}

TEST_CASE("what the last join tells of the way decides how it begins", "[protocol][sender]") {
    const bool far = GENERATE(false, true);
    auto config = sender_config(1000);
    config.rate = std::nullopt;
    SenderTalk talk(config);
    FakeReceiver last = receiver();
    last.response = to_timestamp(talk.now - (far ? milliseconds(200) : milliseconds(2)));
    talk.hear(last.join());
    CHECK(talk.core().rate().bps() == Approx(far ? 2e9 : 500e6));  // the first try, or doublings
}

TEST_CASE("no probe hides what the one before it found: they are 20 ms apart",
          "[protocol][sender]") {
    SenderTalk talk(sender_config(1000));
    talk.pass(milliseconds(90));  // the next offer is near
    talk.sent.clear();
    talk.hear(receiver().join());
    talk.pass(milliseconds(19));
    CHECK(talk.sent.all<wire::CmdCc>().size() == 1);
    talk.pass(milliseconds(22));
    CHECK(talk.sent.all<wire::CmdCc>().size() == 3);
}

TEST_CASE("who joins from far away, and last, is told again that it began", "[protocol][sender]") {
    const bool far = GENERATE(false, true);
    SenderTalk talk(sender_config(1000));
    FakeReceiver last = receiver();
    last.response = to_timestamp(talk.now - (far ? milliseconds(200) : milliseconds(2)));
    talk.sent.clear();
    talk.hear(last.join());
    REQUIRE(talk.core().started());
    talk.pass(milliseconds(6));
    CHECK(talk.sent.all_private<wire::Offer>().size() == (far ? 2 : 1));
}

TEST_CASE("after start_after it begins with who is there", "[protocol][sender]") {
    auto config = sender_config();
    config.begin_with = 5;
    config.start_after = seconds(2);
    SenderTalk talk(config);
    talk.hear(receiver().join());
    talk.pass(milliseconds(1900));
    CHECK_FALSE(talk.core().started());
    talk.pass(milliseconds(200));
    CHECK(talk.core().started());
}

TEST_CASE("after start_after with nobody there it begins with the first who comes",
          "[protocol][sender]") {
    auto config = sender_config();
    config.begin_with = 5;
    config.start_after = seconds(2);
    SenderTalk talk(config);
    talk.pass(seconds(4));
    CHECK_FALSE(talk.core().started());
    talk.hear(receiver().join());
    CHECK(talk.core().started());
}

TEST_CASE("begin says why it cannot", "[protocol][sender]") {
    auto config = sender_config();
    config.begin_with = 2;
    SenderTalk talk(config);
    CHECK(talk.core().begin(talk.now) == ErrorCode::no_receivers);
    talk.hear(receiver().join());
    CHECK_FALSE(talk.core().begin(talk.now));
    CHECK(talk.core().begin(talk.now) == ErrorCode::already_started);

    SenderTalk late(config);
    late.core().fail(late.now, Error{ErrorCode::cancelled, 0, "no"});
    CHECK(late.core().begin(late.now) == ErrorCode::too_late);
}

TEST_CASE("when too few come in time the sender says how many did", "[protocol][sender]") {
    auto config = sender_config();
    config.begin_with = 2;
    config.waiting_limit = seconds(3);
    SenderTalk talk(config);
    talk.hear(receiver().join());
    talk.pass(seconds(5));
    CHECK(talk.result() == "no_receivers");
    CHECK(talk.error()->why == SessionError::Why::late);
    CHECK(talk.error()->count == 1);
    CHECK(talk.error()->total == 2);
}

TEST_CASE("a draining sender refuses those who come, and keeps those it has",
          "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.core().drain();
    talk.hear(receiver(2).join());
    CHECK(talk.sent.states_of(NodeId{2}) == std::vector{ReceiverState::refused});
    CHECK(talk.core().receivers().size() == 1);
    talk.sent.clear();
    talk.pass(seconds(1));
    for (const auto& offer : talk.sent.all_private<wire::Offer>())
        CHECK((offer.flags & wire::kOfferDraining) != 0);
}

TEST_CASE("draining before the beginning begins with those who are there", "[protocol][sender]") {
    auto config = sender_config();
    config.begin_with = 5;
    SenderTalk talk(config);
    talk.hear(receiver().join());
    talk.core().drain();
    talk.pass(seconds(1));
    CHECK(talk.core().started());
}

TEST_CASE("draining with nobody there ends it", "[protocol][sender]") {
    SenderTalk talk(sender_config());
    talk.core().drain();
    talk.pass(seconds(1));
    CHECK(talk.result() == "no_receivers");
}

TEST_CASE("an expected host that has failed is one that is waited for", "[protocol][sender]") {
    auto config = sender_config();
    config.expect = {"pc1", "pc2"};
    config.begin_with = 2;
    SenderTalk talk(config);
    talk.hear(receiver(1).join("pc1"));
    CHECK(awaited(talk) == Awaited{1, 2, {"pc2"}});
    talk.hear(receiver(1).failed(static_cast<std::uint16_t>(ErrorCode::no_space), "full"));
    CHECK(awaited(talk) == Awaited{2, 2, {"pc1", "pc2"}});
}

TEST_CASE("one who went away before the beginning does not count", "[protocol][sender]") {
    auto config = sender_config();
    config.begin_with = 2;
    SenderTalk talk(config);
    talk.hear(receiver(1).join());
    talk.pass(seconds(7));
    CHECK(awaited(talk) == Awaited{2, 2, {}});
    for (const std::uint32_t n : {2U, 3U}) talk.hear(receiver(n).join());
    send_all(talk);
    for (const std::uint32_t n : {2U, 3U}) talk.hear(receiver(n).verified());
    talk.pass(seconds(1));
    CHECK(talk.result() == "success");
}
