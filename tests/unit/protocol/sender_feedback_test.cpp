// SPDX-License-Identifier: MIT
// What the sender makes of NACKs, reports, plain NORM receivers, strangers.
#include <algorithm>
#include <string>

#include "core_harness.hpp"
#include "protocol/rate/controller.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = SenderEvent::Kind;

namespace {

/// All was sent once; what comes from here on is repair.
SenderTalk sent_all(SenderConfig config = sender_config()) {
    SenderTalk talk = begun_with_one(std::move(config));
    talk.pass_until([&] { return talk.core().first_pass_done(); }, seconds(100));
    talk.pass(milliseconds(5));
    talk.data.clear();
    return talk;
}

}  // namespace

TEST_CASE("a NACK is answered by parity, flagged as repair", "[protocol][sender]") {
    SenderTalk talk = sent_all();
    talk.hear(receiver().nack({ask_symbols(1, 10, 11)}));
    talk.pass(milliseconds(5));
    CHECK(talk.data == std::vector<SentSymbol>{{1, 10, true}, {1, 11, true}});
    CHECK(talk.core().stats().repaired == 2);
    CHECK(talk.core().stats().nacks == 1);
}

TEST_CASE("a NACK for another instance of the sender is ignored", "[protocol][sender]") {
    SenderTalk talk = sent_all();
    auto other = receiver();
    other.instance = InstanceId{0x4321};
    talk.hear(other.nack({ask_symbols(1, 10, 11)}));
    other = receiver();
    other.sender = NodeId{77};
    talk.hear(other.nack({ask_symbols(1, 10, 11)}));
    talk.pass(milliseconds(5));
    CHECK(talk.data.empty());
    CHECK(talk.core().stats().nacks == 0);
}

TEST_CASE("a NACK for INFO is answered by INFO with name and geometry", "[protocol][sender]") {
    SenderTalk talk = sent_all();
    talk.sent.clear();
    talk.hear(receiver().nack({ask_info()}));
    const auto infos = talk.sent.all<wire::Info>();
    REQUIRE(infos.size() == 1);
    CHECK(infos[0].fti == wire::Fti{40'000, 1000, 10, 10});
    CHECK(std::string(infos[0].payload.begin(), infos[0].payload.end()) == "file");
}

TEST_CASE("repairs of a slow sender follow each other at the rate", "[protocol][sender]") {
    auto config = sender_config(1);
    config.rate = DataRate::bits_per_second(8e6);  // a packet a millisecond
    SenderTalk talk = sent_all(config);
    talk.hear(receiver().nack({ask_symbols(0, 10, 14)}));
    const Time asked = talk.now;
    talk.pass_until([&] { return talk.data.size() == 5; }, seconds(1));
    CHECK(talk.now - asked < milliseconds(8));
}

TEST_CASE("a late joiner's blocks come after the new data", "[protocol][sender]") {
    SenderTalk talk = begun_with_one(sender_config(600));
    talk.pass_until([&] { return talk.core().position() > 5'000'000; }, seconds(10));
    const auto before = talk.data.size();
    talk.hear(receiver(2).join());
    talk.hear(receiver(2).nack({ask_blocks(0, 9)}));
    talk.pass_until([&] { return talk.core().first_pass_done(); }, seconds(10));
    CHECK(std::ranges::count(talk.data, true, &SentSymbol::repair) == 0);
    talk.pass(milliseconds(100));
    CHECK(talk.data.size() == 6000 + 100);
    CHECK(before < 6000);
}

TEST_CASE("who lacks something of the last block knows it before others are caught up",
          "[protocol][sender]") {
    SenderTalk talk = begun_with_one(sender_config(600));
    talk.pass_until([&] { return talk.core().position() > 5'000'000; }, seconds(10));
    talk.hear(receiver(2).nack({ask_blocks(0, 9)}));
    talk.pass_until([&] { return talk.core().first_pass_done(); }, seconds(10));
    talk.pass(milliseconds(3));
    CHECK(talk.sent.all<wire::CmdFlush>().size() == 1);
    CHECK(talk.data.size() < 6000 + 100);
}

TEST_CASE("when little is left to send a request is answered with some to spare",
          "[protocol][sender]") {
    auto config = sender_config();
    config.proactive_parity.reset();
    SenderTalk talk = begun_with_one(config);
    talk.hear(receiver(2).join());
    talk.pass_until([&] { return talk.core().first_pass_done(); }, seconds(100));
    talk.data.clear();
    talk.hear(receiver().nack({ask_symbols(1, 10, 13)}));
    talk.pass(milliseconds(50));
    CHECK(std::ranges::count(talk.data, 1U, &SentSymbol::block) == 4 + 3);
}

TEST_CASE("queues are looked at by a probe every 20 ms, however long the way is",
          "[protocol][sender]") {
    const bool plain = GENERATE(false, true);  // a plain receiver answers each
    auto config = sender_config();
    config.initial_grtt = milliseconds(600);
    SenderTalk talk = begun_with_one(config);
    if (plain) talk.hear(receiver(2).ack_cc());
    talk.pass(milliseconds(100));
    talk.sent.clear();
    talk.pass(milliseconds(600));
    const auto probes = talk.sent.all<wire::CmdCc>().size();
    CHECK(probes >= (plain ? 1 : 28));
    CHECK(probes <= (plain ? 2 : 31));
}

TEST_CASE("the driver sleeps while requests of many are gathered", "[protocol][sender]") {
    auto config = sender_config(600);
    config.initial_grtt = milliseconds(100);
    config.proactive_parity = 0;  // nothing beyond what is asked for
    SenderTalk talk = begun_with_one(config);
    for (std::uint32_t n = 2; n < 20; ++n) talk.hear(receiver(n).join());
    talk.pass_until([&] { return talk.core().first_pass_done(); }, seconds(10));
    talk.hear(receiver().nack({ask_blocks(0, 9), ask_symbols(599, 10, 10)}));
    talk.pass(milliseconds(500));  // fails when a deadline stays in the past
    CHECK(std::ranges::count(talk.data, true, &SentSymbol::repair) == 101);
}

TEST_CASE("a report moves the figures of its receiver", "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.pass(milliseconds(20));
    talk.hear(receiver().report({.loss = wire::quantize_loss(0.25),
                                 .rate = wire::quantize_rate(625'000),
                                 .bytes_done = 20'000,
                                 .backlog = 60,
                                 .backlog_limit = 100}));
    const Member& member = talk.core().receivers()[0];
    CHECK(member.bytes_done == 20'000);
    CHECK(member.rate.bps() == Approx(5e6).epsilon(0.001));
    CHECK(member.loss == Approx(0.25).margin(0.001));
    CHECK(member.backlog == 60);
    CHECK(member.limited_by == LimitedBy::disk);
    CHECK(member.reported == talk.now);
}

TEST_CASE("no receiver can have more than there is", "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.hear(receiver().report({.bytes_done = UINT64_MAX}));
    CHECK(talk.core().receivers()[0].bytes_done == 40'000);
}

TEST_CASE("counters beyond all reason break nothing", "[protocol][sender]") {
    auto config = sender_config();
    config.rate.reset();
    SenderTalk talk = begun_with_one(config);
    for (const std::uint64_t expected : {std::uint64_t{1} << 47, wire::Report::kMost48}) {
        talk.hear(receiver().report({.rate = UINT16_MAX,
                                     .packets_received = 1,
                                     .packets_expected = expected,
                                     .host_drops = UINT32_MAX,
                                     .backlog = UINT32_MAX,
                                     .backlog_limit = 1}));
        talk.pass(milliseconds(100));
    }
    CHECK(talk.core().rate() >= rate::RateController::kMin);
}

TEST_CASE("a report of one who never joined is ignored", "[protocol][sender]") {
    SenderTalk talk = begun_with_one();
    talk.hear(receiver(9).verified());
    CHECK(talk.core().receivers().size() == 1);
    CHECK(talk.sent.states_of(NodeId{9}).empty());
    CHECK(talk.result() == "running");
}

TEST_CASE("round trips are measured by the probes that come back", "[protocol][sender]") {
    SenderTalk talk(sender_config());
    auto answering = receiver();
    answering.response = {3600, 0};  // kBegin is an hour
    talk.pass(milliseconds(30));
    talk.hear(answering.join());
    CHECK(talk.core().grtt() > milliseconds(20));
    CHECK(talk.core().grtt() < milliseconds(30));
    talk.hear(answering.report({}));
    CHECK(talk.core().receivers()[0].rtt == milliseconds(30));
}

TEST_CASE("an answer to a probe of the future, or of long ago, is no measurement",
          "[protocol][sender]") {
    SenderTalk talk(sender_config());
    auto answering = receiver();
    for (const wire::Timestamp time : {wire::Timestamp{3601, 0}, wire::Timestamp{1, 0},
                                       wire::Timestamp{UINT32_MAX, UINT32_MAX}}) {
        answering.response = time;
        talk.hear(answering.join());
    }
    CHECK(talk.core().grtt() == milliseconds(2));
}

TEST_CASE("digests that were lost are sent again on request", "[protocol][sender]") {
    SenderTalk talk = sent_all();
    REQUIRE_FALSE(talk.sent.all_private<wire::Digests>().empty());
    talk.sent.clear();
    talk.hear(receiver().digest_request(1, 2));
    const auto again = talk.sent.all_private<wire::Digests>();
    REQUIRE(again.size() == 1);
    CHECK(again[0].first == 1);
    CHECK(again[0].count() == 2);
    CHECK(again[0].total == 4);
}

TEST_CASE("a request for digests beyond the object, or not known yet, is harmless",
          "[protocol][sender]") {
    SenderTalk talk = sent_all();
    talk.sent.clear();
    talk.hear(receiver().digest_request(100, UINT32_MAX - 1));
    CHECK(talk.sent.all_private<wire::Digests>().empty());
    talk.hear(receiver().digest_request(0, UINT32_MAX));
    talk.hear(receiver().digest_request(0, UINT32_MAX - 1));
    CHECK(talk.sent.all_private<wire::Digests>().size() == 1);
}

TEST_CASE("digests go out with segments of any size", "[protocol][sender]") {
    for (const std::uint16_t segment : std::initializer_list<std::uint16_t>{32, 39, 40, 64}) {
        INFO("segment " << segment);
        auto config = sender_config();
        config.object.segment_size = segment;
        SenderTalk talk = sent_all(config);  // fails when it transmits for ever
        std::size_t digests = 0;
        for (const auto& message : talk.sent.all_private<wire::Digests>())
            digests += message.count();
        CHECK(digests == 8);  // each once more when all has been sent
    }
}

TEST_CASE("the digests of the last round trips are sent once more when all has been sent",
          "[protocol][sender]") {
    // A block takes 0.8 ms and the round trip is 2 ms: four of these are the last 100 000 bytes.
    auto config = sender_config(100);
    SenderTalk talk(config);
    talk.hear(receiver().join());
    talk.pass_until([&] { return talk.core().first_pass_done(); }, seconds(1));
    talk.sent.clear();
    talk.pass(milliseconds(10));
    const auto again = talk.sent.all_private<wire::Digests>();
    REQUIRE(again.size() == 1);
    CHECK(again[0].first == 90);
    CHECK(again[0].count() == 10);
}

TEST_CASE("many digests keep to the rate", "[protocol][sender]") {
    auto config = sender_config(10'000);
    config.digest.chunk_size = 1000;  // 100 000 of them: 1.6 MB
    config.rate = DataRate::bits_per_second(8e6);
    SenderTalk talk = begun_with_one(config);
    talk.pass(milliseconds(100));
    std::size_t digests = 0;
    for (const auto& message : talk.sent.all_private<wire::Digests>())
        digests += message.count() * 16;
    CHECK(digests > 1000);
    CHECK(digests < 150'000);
}

TEST_CASE("a slow sender still sends data beside its probes and offers", "[protocol][sender]") {
    auto config = sender_config();
    config.rate = DataRate::bits_per_second(10e3);
    SenderTalk talk = begun_with_one(config);
    talk.pass(seconds(4));
    CHECK(talk.data.size() >= 2);  // of the five that the rate has room for
}

TEST_CASE("a foreign sender is named once, however much it says", "[protocol][sender]") {
    SenderTalk talk(sender_config());
    FakeSender one{.node = NodeId{11}};
    FakeSender two{.node = NodeId{12}};
    for (int i = 0; i < 5; ++i) {
        talk.hear(one.offer());
        talk.hear(two.data(0, 0));
        talk.hear(one.flush());
    }
    CHECK(talk.count(Kind::foreign_sender) == 2);
    FakeSender ourselves;
    talk.hear(ourselves.offer());  // our own, looped back
    CHECK(talk.count(Kind::foreign_sender) == 2);
}

TEST_CASE("thousands of foreign senders are no flood of events", "[protocol][sender]") {
    SenderTalk talk(sender_config());
    for (std::uint32_t n = 1; n < 5000; ++n) talk.hear(FakeSender{.node = NodeId{n}}.flush());
    CHECK(talk.count(Kind::foreign_sender) <= 16);
}

TEST_CASE("a plain NORM receiver joins by its answer to a probe, and is done by its watermark",
          "[protocol][sender]") {
    SenderTalk talk(sender_config());
    talk.hear(receiver().ack_cc());
    REQUIRE(talk.core().receivers().size() == 1);
    CHECK(talk.core().receivers()[0].plain);
    CHECK(talk.core().started());
    talk.pass(milliseconds(100));
    const auto flushes = talk.sent.all<wire::CmdFlush>();
    REQUIRE_FALSE(flushes.empty());
    REQUIRE(flushes.back().nodes.size() == 1);
    CHECK(flushes.back().nodes[0] == receiver().node);
    talk.hear(receiver().ack_flush({1, 9, 0}));  // somewhere else: not the end
    CHECK(talk.core().receivers()[0].in_progress());
    talk.hear(receiver().ack_flush({3, 9, 0}));
    CHECK(talk.core().receivers()[0].state == State::success);
    talk.pass(seconds(1));
    CHECK(talk.result() == "success");
}

TEST_CASE("a watermark acknowledged before all was sent is not believed", "[protocol][sender]") {
    SenderTalk talk = begun_with_one(sender_config(400));
    talk.hear(receiver(2).ack_cc());
    talk.hear(receiver(2).ack_flush({399, 9, 0}));
    CHECK(talk.core().receivers()[1].in_progress());
}

TEST_CASE("a plain receiver that never acknowledges the watermark is given up",
          "[protocol][sender]") {
    auto config = sender_config();
    config.progress_limit = seconds(10);
    SenderTalk talk(config);
    for (int i = 0; i < 100 && talk.result() == "running"; ++i) {
        talk.hear(receiver().ack_cc());
        talk.pass(milliseconds(500));
    }
    CHECK(talk.result() == "all_receivers_failed");
}

TEST_CASE("the silence of those who are cut off is not taken for content", "[protocol][sender]") {
    auto config = sender_config(400);
    config.rate = DataRate::bits_per_second(10e6);
    SenderTalk talk = begun_with_one(config);
    std::uint32_t asked = 0;
    const auto send_until = [&](std::uint32_t block, bool heard) {
        while (talk.data.empty() || talk.data.back().block < block) {
            talk.pass(milliseconds(5));
            for (; heard && asked < talk.data.back().block; ++asked)
                talk.hear(receiver().nack({ask_symbols(asked, 10, 12)}));
        }
    };
    const auto proactive_of = [&](std::uint32_t block) {
        return std::ranges::count_if(talk.data, [&](const SentSymbol& s) {
            return s.block == block && s.esi >= 10 && !s.repair;
        });
    };
    send_until(100, true);
    REQUIRE(proactive_of(99) >= 2);
    send_until(300, false);
    CHECK(proactive_of(299) >= proactive_of(99));
    talk.hear(receiver().report({}));
    send_until(305, false);
    CHECK(proactive_of(304) >= proactive_of(99));
}

TEST_CASE("the feedback asked for shrinks with the number of receivers", "[protocol][sender]") {
    auto config = sender_config(4000);
    SenderTalk talk = begun_with_one(config);
    const auto interval = [&] {
        talk.sent.clear();
        talk.pass(milliseconds(300));
        return talk.sent.all_private<wire::Offer>().at(0).report_interval_us;
    };
    const auto alone = interval();
    for (std::uint32_t n = 2; n < 500; ++n) talk.hear(receiver(n).join());
    const auto many = interval();
    CHECK(many > 10 * alone);
    // 500 reports of 200 bytes each take less than 1 % of 100 Mbit/s.
    CHECK(500 * 200 * 8 / (many * 1e-6) < 1e6);
}

TEST_CASE("the end is near even with all the receivers there can be", "[protocol][sender]") {
    auto config = sender_config();
    config.begin_with = 30'000;
    SenderTalk talk(config);
    for (std::uint32_t n = 1; n <= 20'100; ++n)
        talk.core().handle(talk.now, receiver(n).join(), {});
    CHECK(talk.core().receivers().size() == 20'000);
    talk.pass(milliseconds(20));
    CHECK(talk.sent.states_of(NodeId{20'050}).empty());  // there may be a place soon
    CHECK(talk.core().stats().refused == 100);
    talk.core().fail(talk.now, Error{ErrorCode::cancelled, 0, "no"});
    talk.pass(seconds(2));
    CHECK(talk.result() == "cancelled");
}

TEST_CASE("no bytes from the network harm the sender", "[protocol][sender]") {
    Rng rng(5);
    SenderTalk talk = begun_with_one();
    for (int i = 0; i < 2000; ++i) {
        Buffer bytes(rng.below(120));
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(rng.next());
        talk.hear(bytes);
    }
    CHECK(talk.result() == "running");
}
