// SPDX-License-Identifier: MIT
// Receivers that fall silent, are away for a while, and are back: what the sender makes of it.
#include <algorithm>
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
using wire::ReceiverState;

namespace {

/// Two receivers that report every 20 ms what has been sent, unless they are away.
struct Pair {
    explicit Pair(SenderConfig config = slow_config()) : talk(std::move(config)) {
        for (const std::uint32_t n : {1U, 2U})
            talk.hear(receiver(n).join("pc" + std::to_string(n)));
        pass(seconds(2));  // reports are asked for often by then
    }
    static SenderConfig slow_config() {
        auto config = sender_config(40'000);
        config.begin_with = 2;
        return config;
    }
    void pass(Duration span) {
        for (const Time stop = talk.now + span; talk.now < stop;) {
            talk.pass(milliseconds(20));
            for (const std::uint32_t n : {1U, 2U})
                if (n != away) say(n);
        }
    }
    void say(std::uint32_t n) {
        const std::uint64_t sent = talk.core().stats().packets;
        talk.hear(receiver(n).report({.sequence = static_cast<std::uint16_t>(sent - 1),
                                      .packets_received = sent,
                                      .packets_expected = sent,
                                      .bytes_done = std::min(talk.core().position(), done)}));
    }
    void leave(std::uint32_t n, Duration span) {
        away = n;
        pass(span);
    }
    [[nodiscard]] const Member& one() { return talk.core().receivers()[0]; }

    SenderTalk talk;
    std::uint32_t away = 0;
    ByteCount done = UINT64_MAX;
};

}  // namespace

TEST_CASE("a silent receiver is borne for the time that is given, and sets no pace meanwhile",
          "[protocol][sender]") {
    auto config = Pair::slow_config();
    config.progress_limit = seconds(60);
    Pair pair(config);
    CHECK(pair.one().presence == Presence::here);
    pair.leave(1, milliseconds(500));
    CHECK(pair.one().presence == Presence::away);
    CHECK(pair.one().limited_by == LimitedBy::gone);
    pair.pass(seconds(59));
    CHECK(pair.one().in_progress());
    pair.pass(seconds(1));
    REQUIRE(pair.one().error);
    CHECK(pair.one().error->name() == "receiver_lost");
    CHECK(pair.one().error->why == MemberError::Why::silent);
    CHECK(pair.one().error->silence == seconds(60));
}

TEST_CASE("one that is back paces the others when it has told of what was sent since",
          "[protocol][sender]") {
    Pair pair;
    pair.leave(1, seconds(2));
    const std::uint64_t old = pair.talk.core().stats().packets / 2;
    pair.talk.hear(receiver(1).report({.sequence = static_cast<std::uint16_t>(old),
                                       .packets_received = old,
                                       .packets_expected = old}));
    CHECK(pair.one().presence == Presence::returning);  // that had waited on its way
    pair.away = 0;
    pair.pass(milliseconds(60));
    CHECK(pair.one().presence == Presence::here);
    CHECK(pair.one().limited_by != LimitedBy::gone);
}

TEST_CASE("what one missed while it was away is sent after the new data", "[protocol][sender]") {
    auto config = sender_config(10'000);
    config.begin_with = 2;
    config.initial_grtt = milliseconds(300);  // so that much is near
    Pair pair(config);
    REQUIRE_FALSE(pair.talk.core().first_pass_done());
    const std::uint32_t from = pair.talk.data.back().block;
    pair.leave(1, milliseconds(1500));
    // As an answer that waited for the address of the sender: an old one, by its probe.
    auto late = receiver(1);
    late.response = to_timestamp(pair.talk.now - milliseconds(1400));
    const Duration grtt = pair.talk.core().grtt();
    const std::uint32_t until = pair.talk.data.back().block;
    pair.talk.hear(late.nack({ask_blocks(from + 1, until)}));
    CHECK(pair.talk.core().grtt() == grtt);
    pair.away = 0;
    while (!pair.talk.core().first_pass_done()) pair.pass(milliseconds(20));
    pair.pass(seconds(3));
    const auto first = std::ranges::find(pair.talk.data, true, &SentSymbol::repair);
    CHECK(std::all_of(first, pair.talk.data.end(), [](const SentSymbol& s) { return s.repair; }));
    CHECK(pair.talk.data.end() - first >= 10 * (until - from));
}

TEST_CASE("one that was given up is told so, and gets nothing", "[protocol][sender]") {
    auto config = Pair::slow_config();
    config.progress_limit = seconds(3);
    Pair pair(config);
    pair.leave(1, seconds(4));
    REQUIRE_FALSE(pair.one().in_progress());
    const auto nacks_before = pair.talk.data.size();
    const auto told = [&](const Buffer& word) {
        pair.talk.pass(milliseconds(25));
        pair.talk.sent.clear();
        pair.talk.hear(word);
        return pair.talk.sent.states_of(NodeId{1});
    };
    const std::vector failed{ReceiverState::failed};
    CHECK(told(receiver(1).nack({ask_symbols(2, 10, 12), ask_blocks(4, 9)})) == failed);
    CHECK(told(receiver(1).digest_request(0, 100)) == failed);
    CHECK(pair.talk.sent.all_private<wire::Digests>().empty());
    CHECK(told(receiver(1).join("pc1")) == failed);
    CHECK(told(receiver(1).report({})) == failed);
    pair.pass(milliseconds(100));
    const auto later = std::span(pair.talk.data).subspan(nacks_before);
    CHECK(std::ranges::count(later, true, &SentSymbol::repair) == 0);
    CHECK(pair.talk.result() == "running");
}

TEST_CASE("the sender's own sleep is nobody's silence", "[protocol][sender]") {
    Pair pair;
    pair.talk.now += seconds(60);  // stopped
    pair.talk.pass(milliseconds(1));
    CHECK(pair.one().in_progress());
    CHECK(pair.one().presence == Presence::here);
    // What had waited in the socket is as old as the sleep was long.
    auto late = receiver(1);
    late.response = to_timestamp(pair.talk.now - seconds(5));
    const Duration grtt = pair.talk.core().grtt();
    pair.talk.hear(late.nack({ask_symbols(2, 10, 12)}));
    CHECK(pair.talk.core().grtt() == grtt);
    pair.pass(seconds(1));
    CHECK(pair.one().presence == Presence::here);
    pair.leave(1, seconds(31));
    CHECK_FALSE(pair.one().in_progress());
}

TEST_CASE("at the end it is said who is waited for, and for how long", "[protocol][sender]") {
    auto config = sender_config(2500);
    config.begin_with = 2;
    Pair pair(config);
    pair.leave(1, seconds(12));
    pair.talk.hear(receiver(2).verified());
    const auto wait = pair.talk.core().waiting_for();
    CHECK(wait.kind == SenderWait::Kind::silent);
    CHECK(wait.names == std::vector<std::string>{"pc1"});
    CHECK(std::chrono::floor<seconds>(wait.silence) == seconds(12));
    pair.away = 0;
    pair.done = 20'000'000;
    pair.pass(milliseconds(100));
    CHECK(pair.talk.core().waiting_for().kind == SenderWait::Kind::repair);
    CHECK(pair.talk.core().waiting_for().count == 1);
}

TEST_CASE("silence is no slowness: it is borne under each policy", "[protocol][sender]") {
    auto config = Pair::slow_config();
    config.on_slow = {.detach = true, .drop = true};
    Pair pair(config);
    pair.leave(1, seconds(10));
    CHECK(pair.one().in_progress());
    CHECK(pair.one().attached);
    pair.away = 0;
    pair.pass(seconds(1));
    CHECK(pair.one().presence == Presence::here);
    CHECK(pair.one().attached);
}

TEST_CASE("one that is silent before the beginning is not counted until it is heard again",
          "[protocol][sender]") {
    auto config = sender_config();
    config.begin_with = 2;
    SenderTalk talk(config);
    talk.hear(receiver(1).join());
    talk.pass(seconds(7));
    talk.hear(receiver(2).join());
    talk.pass(milliseconds(100));
    CHECK_FALSE(talk.core().started());
    talk.hear(receiver(1).report({}));
    talk.pass(milliseconds(100));
    CHECK(talk.core().started());
}

TEST_CASE("when all fell silent the sender names nobody's fault", "[protocol][sender]") {
    Pair pair;
    pair.talk.pass(seconds(31));
    CHECK(pair.talk.result() == "all_receivers_failed");
    CHECK(pair.talk.error()->why == SessionError::Why::silent);
    CHECK(pair.talk.error()->count == 2);
    CHECK(pair.talk.error()->silence == seconds(30));
}
