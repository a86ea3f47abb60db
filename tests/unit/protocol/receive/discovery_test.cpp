// SPDX-License-Identifier: MIT
#include "protocol/receive/discovery.hpp"

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using Kind = ReceiverNotice::Kind;

namespace {

constexpr Origin kUsual{.low = 0x111, .port = 1};

struct Listening {
    explicit Listening(Discovery::Wish wish = {}) : discovery(std::move(wish), {}) {}

    Discovery::Heard hear(const Buffer& datagram, const Origin& from = kUsual) {
        const auto message = wire::parse(datagram);
        REQUIRE(message);
        return discovery.hear(now, *message, from);
    }
    /// Until something is due, or for so long.
    Discovery::Heard pass(Duration span) {
        now += span;
        return discovery.handle_timeout(now);
    }
    std::vector<ReceiverNotice> notices() {
        std::vector<ReceiverNotice> all;
        while (auto notice = discovery.poll_notice()) all.push_back(*notice);
        return all;
    }

    FakeSender sender;
    Discovery discovery;
    Time now = kBegin;
};

const Discovery::Wish kPlain{.name = {}, .plain = true, .before = {}};

}  // namespace

TEST_CASE("an offer is proposed, and its sender taken as it advertises itself",
          "[protocol][discovery]") {
    Listening in;
    const auto heard = in.hear(in.sender.offer());
    CHECK(heard.from_candidate);
    REQUIRE(heard.proposed);
    CHECK(heard.proposed->sender == kSenderNode);
    CHECK(heard.proposed->transfer == kTransfer);
    CHECK(heard.proposed->name == "file");
    CHECK_FALSE(heard.proposed->plain);
    REQUIRE(heard.taken);
    CHECK(heard.taken->instance == kInstance);
    CHECK(heard.taken->report_interval_us == 100'000);
    CHECK(in.discovery.origin() == kUsual);
    CHECK(in.discovery.next_timeout() == kNever);
    CHECK(in.notices().empty());
}

TEST_CASE("only the wanted name is proposed, and nothing of a draining sender",
          "[protocol][discovery]") {
    Listening in({.name = "other", .plain = false, .before = {}});
    CHECK_FALSE(in.hear(in.sender.offer()).proposed);
    in.sender.name = "other";
    CHECK_FALSE(in.hear(in.sender.offer(wire::kOfferDraining)).proposed);
    CHECK(in.hear(in.sender.offer()).proposed);
}

TEST_CASE("a transfer that was received before is told once and never proposed",
          "[protocol][discovery]") {
    Listening in(
        {.name = {}, .plain = false, .before = {{kSenderNode, kInstance, kTransfer, "session-1"}}});
    CHECK_FALSE(in.hear(in.sender.offer()).proposed);
    CHECK_FALSE(in.hear(in.sender.offer()).proposed);
    const auto notices = in.notices();
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].kind == Kind::received_before);
    CHECK(notices[0].session == "session-1");
    CHECK(notices[0].name == "file");
    in.sender.transfer = kTransfer + 1;
    CHECK(in.hear(in.sender.offer()).proposed);
}

TEST_CASE("an offer that was skipped is told once and not proposed again from there",
          "[protocol][discovery]") {
    Listening in;
    const auto heard = in.hear(in.sender.offer());
    in.discovery.skip(in.now, *heard.proposed, "no room");
    const auto notices = in.notices();
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].kind == Kind::skipped);
    CHECK(notices[0].why == "no room");
    CHECK(notices[0].node == kSenderNode);
    CHECK_FALSE(in.hear(in.sender.offer()).proposed);
    CHECK(in.notices().empty());
    CHECK(in.hear(in.sender.offer(), kElsewhere).proposed);
}

TEST_CASE("data without an offer is of a plain sender after a while, which needs --plain",
          "[protocol][discovery]") {
    Listening in;
    const auto heard = in.hear(in.sender.data(0, 0, wire::kFlagFile));
    CHECK(heard.from_candidate);
    CHECK(heard.taken);
    CHECK_FALSE(heard.proposed);
    CHECK(in.discovery.next_timeout() == in.now + milliseconds(1500));
    CHECK(in.notices().empty());
    (void)in.pass(milliseconds(1500));
    CHECK(in.notices().size() == 1);
    CHECK(in.discovery.candidate().sender == NodeId::none);
    (void)in.hear(in.sender.data(0, 1, wire::kFlagFile, true));
    CHECK(in.notices().empty());
}

TEST_CASE("a plain sender is proposed once its name and its sizes are known",
          "[protocol][discovery]") {
    Listening in(kPlain);
    const std::uint8_t flags = wire::kFlagFile | wire::kFlagInfo;
    CHECK_FALSE(in.hear(in.sender.data(0, 0, flags, true)).proposed);
    CHECK(in.discovery.take_info_request());
    CHECK_FALSE(in.discovery.take_info_request());
    CHECK(in.discovery.candidate().plain);
    (void)in.pass(in.discovery.next_timeout() - in.now);
    CHECK(in.discovery.take_info_request());
    const auto heard = in.hear(in.sender.info());
    REQUIRE(heard.proposed);
    CHECK(heard.from_candidate);
    CHECK(heard.proposed->plain);
    CHECK(heard.proposed->name == "file");
    CHECK(heard.proposed->object.size == in.sender.object.size);
    CHECK_FALSE(in.discovery.take_info_request());
    CHECK(in.discovery.next_timeout() == kNever);
}

TEST_CASE("a candidate is forgotten when it offers by our protocol, or starts anew",
          "[protocol][discovery]") {
    Listening in(kPlain);
    (void)in.hear(in.sender.data(0, 0, wire::kFlagFile));
    CHECK(in.discovery.candidate().sender == kSenderNode);
    CHECK_FALSE(in.hear(in.sender.offer(wire::kOfferDraining)).proposed);
    CHECK(in.discovery.candidate().sender == NodeId::none);
    (void)in.hear(in.sender.info());
    CHECK(in.discovery.candidate().name == "file");
    in.sender.instance = InstanceId{0x4321};
    (void)in.hear(in.sender.data(0, 0, wire::kFlagFile));
    CHECK(in.discovery.candidate().name.empty());
}

TEST_CASE("what bears the candidate's name and comes from elsewhere is foreign",
          "[protocol][discovery]") {
    Listening in(kPlain);
    (void)in.hear(in.sender.data(0, 0, wire::kFlagFile));
    const auto heard = in.hear(in.sender.info(), kStranger);
    CHECK(heard.foreign);
    CHECK_FALSE(heard.from_candidate);
    CHECK(in.discovery.candidate().name.empty());
}

TEST_CASE("a silent transfer is worth a word once", "[protocol][discovery]") {
    Discovery discovery;
    CHECK(discovery.note_silent(1));
    CHECK_FALSE(discovery.note_silent(1));
    CHECK(discovery.note_silent(2));
}
