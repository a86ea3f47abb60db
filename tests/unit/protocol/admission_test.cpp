// SPDX-License-Identifier: MIT
#include "protocol/send/admission.hpp"

#include "support/catch.hpp"
#include "with_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = SenderEvent::Kind;

namespace {

constexpr Origin kHome{.low = 1, .port = 1};

struct Admitting : WithParts {
    Admitting() : WithParts(0, config()) {}
    static SenderConfig config() {
        auto config = sender_config();
        config.begin_with = 10;
        return config;
    }
    void join(std::uint32_t node, const Origin& from = kHome, std::uint64_t challenge = 1) {
        admission.on_join(now, NodeId{node}, {.challenge = challenge, .host = "pc"}, from);
    }

    SenderClock clock{parts, kBegin};
    Admission admission{parts, clock};
};

}  // namespace

TEST_CASE("a receiver joins once, and is told so again", "[protocol][admission]") {
    Admitting admitting;
    admitting.join(1);
    CHECK(admitting.events_of(1) == Kinds{Kind::joined});
    admitting.join(1);
    CHECK(admitting.events_of(1) == Kinds{Kind::rejoined});
    CHECK(admitting.parts.group.size() == 1);
}

TEST_CASE("a receiver is heard from where it joined", "[protocol][admission]") {
    Admitting admitting;
    admitting.join(1);
    CHECK(admitting.admission.heard(admitting.now, NodeId{1}, kHome) != nullptr);
    CHECK(admitting.admission.heard(admitting.now, NodeId{1}, kElsewhere) == nullptr);
    CHECK(admitting.admission.heard(admitting.now, NodeId{2}, kHome) == nullptr);
    CHECK(admitting.parts.stats.foreign == 2);
}

TEST_CASE("a node id that is in use is refused to another", "[protocol][admission]") {
    Admitting admitting;
    admitting.join(1);
    admitting.join(1, kElsewhere, 2);
    CHECK(admitting.parts.stats.refused == 1);
    CHECK(admitting.member(1).origin == kHome);
    admitting.join(static_cast<std::uint32_t>(raw(kSenderNode)));
    CHECK(admitting.parts.stats.refused == 2);
    CHECK(admitting.parts.group.size() == 1);
}

TEST_CASE("a receiver moves when its old address has been silent", "[protocol][admission]") {
    Admitting admitting;
    admitting.join(1);
    admitting.at(kBegin + seconds(2));
    admitting.join(1, kElsewhere);
    CHECK(admitting.member(1).origin == kHome);
    admitting.at(kBegin + seconds(3));
    admitting.join(1, kElsewhere);
    CHECK(admitting.member(1).origin == kElsewhere);
}

TEST_CASE("nobody joins a session that is draining", "[protocol][admission]") {
    Admitting admitting;
    admitting.parts.stage.drain();
    admitting.join(1);
    CHECK(admitting.parts.group.size() == 0);
    CHECK(admitting.parts.stats.refused == 1);
}

TEST_CASE("a receiver that declines has failed, and the session waits on",
          "[protocol][admission]") {
    Admitting admitting;
    admitting.admission.on_join(
        admitting.now, NodeId{1},
        {.challenge = 1, .host = "pc", .error = static_cast<std::uint16_t>(ErrorCode::no_space)},
        kHome);
    CHECK(admitting.member(1).state == State::failure);
    CHECK(admitting.parts.stage.gathering());
}

TEST_CASE("a plain receiver joins by being heard", "[protocol][admission]") {
    Admitting admitting;
    const Member* member = admitting.admission.heard_plain(admitting.now, NodeId{1}, kHome);
    REQUIRE(member != nullptr);
    CHECK(member->plain);
    CHECK(admitting.events_of(1) == Kinds{Kind::joined});
}

TEST_CASE("a receiver that is given the place of another inherits nothing of it",
          "[protocol][admission]") {
    Admitting admitting;
    SenderParts& parts = admitting.parts;
    for (std::uint32_t i = 1; i <= MemberTable::kLimit; ++i)
        parts.group.add(NodeId{i}, kBegin).presence = Presence::away;
    parts.stage.start(kBegin);
    const Member old = admitting.member(1);
    for (const std::uint32_t i : {1U, 2U}) parts.watch.attach(admitting.member(i).index, kBegin);
    parts.watch.on_holding(old.index, milliseconds(200), true);
    parts.watch.look(kBegin, milliseconds(10));
    REQUIRE(parts.watch.slow(old.index));
    parts.rate.ask(std::nullopt);
    parts.rate.control().on_rtt(old.id(), milliseconds(10));
    REQUIRE(parts.rate.control().greatest_base());
    parts.reporters.on_nack(old);
    parts.stragglers.take_back(kBegin, admitting.member(1));
    parts.notices.tell_behind(old);
    parts.watch.on_holding(old.index, milliseconds(200), true);
    parts.watch.look(kBegin, milliseconds(10));
    admitting.send(3);
    parts.presence.on_heard(kBegin, admitting.member(1));

    admitting.at(kBegin + seconds(6));
    admitting.join(MemberTable::kLimit + 1);
    const Member& next = admitting.member(MemberTable::kLimit + 1);
    REQUIRE(next.index == old.index);
    CHECK(parts.group.find(NodeId{1}) == nullptr);
    CHECK_FALSE(parts.watch.slow(next.index));
    CHECK_FALSE(parts.rate.control().greatest_base());
    CHECK(parts.reporters.nack_score(next) == 0);
    CHECK_FALSE(parts.notices.behind_told(next));
    CHECK(parts.stragglers.returns(next) == 0);
    CHECK(parts.presence.blocks_before(next) == 0);
}
