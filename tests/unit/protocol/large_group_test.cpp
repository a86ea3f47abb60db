// SPDX-License-Identifier: MIT
// What a hundred receivers and more do otherwise than a few, and how the sender answers them.
#include <algorithm>

#include "core_harness.hpp"
#include "protocol/reporting.hpp"
#include "protocol/timestamp.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

SenderTalk waiting_for(std::uint32_t receivers, std::uint32_t joined) {
    auto config = sender_config(400);
    config.begin_with = receivers;
    SenderTalk talk(config);
    for (std::uint32_t n = 1; n <= joined; ++n) talk.hear(receiver(n).join());
    return talk;
}

FakeSender of_group(double receivers, std::uint32_t blocks = 40) {
    FakeSender sender;
    sender.object = ten_by_ten(blocks);
    sender.group = receivers;
    return sender;
}

void send(ReceiverTalk& talk, FakeSender& sender, std::uint32_t block, std::uint16_t lost = 10) {
    for (std::uint16_t s = 0; s < 10; ++s)
        if (s != lost) talk.hear(sender.data(block, s));
}

void verify_all(ReceiverTalk& talk, FakeSender& sender) {
    join(talk, sender);
    talk.hear(sender.digests(0, 40));
    for (std::uint32_t b = 0; b < 40; ++b) send(talk, sender, b);
    talk.pass(seconds(1));
}

double advertised_group(const SenderTalk& talk) {
    return wire::gsize_from(talk.sent.all<wire::CmdCc>().back().sender.gsize);
}

// As its last lists of receiver states tell them.
std::vector<NodeId> reporters_of(const SenderTalk& talk) {
    std::vector<NodeId> reporters;
    for (const auto& member : talk.core().receivers()) {
        const auto told = talk.sent.states_of(member.node);
        if (!told.empty() && told.back() == wire::ReceiverState::reporter)
            reporters.push_back(member.node);
    }
    return reporters;
}

SenderConfig config_of_a_large_group() {
    auto config = sender_config(400);
    config.begin_with = 200;
    config.rate.reset();
    return config;
}

void begin_with_a_large_group(SenderTalk& talk) {
    for (std::uint32_t n = 1; n <= 200; ++n) talk.hear(receiver(n).join());
    talk.pass(milliseconds(100));
}

}  // namespace

TEST_CASE("an echo comes back as the time that it was made of", "[protocol]") {
    for (const Time now : {Time(seconds(1)), kBegin, Time(std::chrono::hours(100'000))}) {
        const Time then = now - milliseconds(900);
        CHECK(from_echo(to_echo(then), now) == then);
        CHECK(from_echo(to_echo(now + milliseconds(5)), now) == now + milliseconds(5));
    }
}

TEST_CASE("a large group is told many names in few packets, each of them twice",
          "[protocol][sender]") {
    SenderTalk talk = waiting_for(1000, 100);
    talk.pass(milliseconds(100));
    talk.sent.clear();
    for (std::uint32_t n = 101; n <= 200; ++n) talk.hear(receiver(n).join());
    talk.pass(milliseconds(100));
    CHECK(talk.sent.states_of(NodeId{150}) == std::vector(2, wire::ReceiverState::joined));
    CHECK(talk.sent.all_private<wire::ReceiverStates>().size() == 4);
}

TEST_CASE("a few are told at once", "[protocol][sender]") {
    SenderTalk talk = waiting_for(1000, 20);
    CHECK(talk.sent.states_of(NodeId{20}) == std::vector{wire::ReceiverState::joined});
}

TEST_CASE("one that has become final is not told that it has joined", "[protocol][sender]") {
    SenderTalk talk = waiting_for(200, 200);
    send_all(talk);
    talk.sent.clear();
    talk.hear(receiver(7).join());
    talk.hear(receiver(7).done());
    talk.pass(milliseconds(100));
    CHECK(talk.sent.states_of(NodeId{7}) == std::vector(2, wire::ReceiverState::done));
}

TEST_CASE("done is as good as a report that all is verified", "[protocol][sender]") {
    SenderTalk talk = waiting_for(2, 2);
    send_all(talk);
    talk.hear(receiver(3).done());  // never joined
    talk.hear(receiver(1).done());
    CHECK(talk.core().receivers().size() == 2);
    CHECK(talk.core().receivers()[0].bytes_done == 4'000'000);
    CHECK(talk.result() == "running");
    talk.hear(receiver(2).done());
    talk.pass(seconds(1));
    CHECK(talk.result() == "success");
}

TEST_CASE("a sender that waits for many says so from the first", "[protocol][sender]") {
    SenderTalk talk = waiting_for(5000, 0);
    talk.pass(milliseconds(10));
    CHECK(advertised_group(talk) == 5000);
}

TEST_CASE("while many join, more are expected", "[protocol][sender]") {
    SenderTalk talk = waiting_for(1, 60);
    talk.pass(milliseconds(30));
    CHECK(advertised_group(talk) > 400);
    talk.pass(seconds(1));
    CHECK(advertised_group(talk) == 100);  // as the wire rounds 60
}

TEST_CASE("as a group grows it is soon told to report less", "[protocol][sender]") {
    SenderTalk talk = waiting_for(1, 1);
    talk.pass(milliseconds(20));
    talk.sent.clear();
    for (std::uint32_t n = 2; n <= 200; ++n) talk.hear(receiver(n).join());
    const auto offers = talk.sent.all_private<wire::Offer>();
    REQUIRE(offers.size() > 2);
    CHECK(offers.size() < 10);
    CHECK(offers.back().report_interval_us > 20 * offers.front().report_interval_us);
}

TEST_CASE("one of a large group that has verified says that and no more", "[protocol][receiver]") {
    ReceiverTalk large;
    FakeSender many = of_group(100);
    verify_all(large, many);
    CHECK_FALSE(large.sent.all_private<wire::Done>().empty());
    for (const auto& report : large.sent.all_private<wire::Report>())
        CHECK(report.state == wire::ReportState::in_progress);
    ReceiverTalk alone;
    FakeSender few = of_group(50);
    verify_all(alone, few);
    CHECK(alone.sent.all_private<wire::Done>().empty());
}

TEST_CASE("one of a large group asks for whole blocks when the sender has sent all",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender = of_group(1000);
    join(talk, sender);
    send(talk, sender, 0);
    send(talk, sender, 5, 3);
    send(talk, sender, 6);
    talk.pass(milliseconds(50));
    CHECK(talk.sent.requests() == std::vector{ask_symbols(5, 10, 10)});
    talk.hear(sender.flush());
    talk.pass(milliseconds(50));
    const auto all = talk.sent.requests();
    CHECK(std::ranges::find(all, ask_blocks(1, 4)) != all.end());
}

TEST_CASE("who joins a large group late asks for nothing older until the sender has sent all",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender = of_group(1000);
    talk.hear(sender.offer(wire::kOfferStarted));
    talk.hear(sender.data(3, 12, wire::kFlagRepair));
    talk.hear(sender.data(20, 9));
    send(talk, sender, 21, 4);
    send(talk, sender, 22);
    talk.pass(milliseconds(50));
    CHECK(talk.sent.requests() == std::vector{ask_symbols(21, 10, 10)});
}

TEST_CASE("a large group whose sender has fallen silent asks it seldom", "[protocol][receiver]") {
    const auto asked = [](double group) {
        ReceiverTalk talk;
        FakeSender sender = of_group(group);
        join(talk, sender);
        send(talk, sender, 0, 3);
        send(talk, sender, 1);
        talk.pass(seconds(8));
        return talk.sent.requests().size();
    };
    CHECK(asked(10) > 50);
    CHECK(asked(10'000) < 6);
}

TEST_CASE(
    "what one of a large group loses while it waits to ask for something else has a wait of its "
    "own",
    "[protocol][receiver]") {
    const auto asks_after = [](bool mended) {
        ReceiverTalk talk;
        FakeSender sender = of_group(10'000);
        sender.grtt = 0.01;
        sender.backoff = 6;
        join(talk, sender);
        send(talk, sender, 0, 3);
        send(talk, sender, 1, 3);
        if (mended) talk.hear(sender.data(0, 12, wire::kFlagRepair));
        talk.hear(sender.data(2, 0));
        const Time begun = talk.now;
        talk.pass_until([&] { return !talk.sent.requests().empty(); }, seconds(1));
        return talk.now - begun;
    };
    CHECK(asks_after(true) > asks_after(false) + milliseconds(20));
}

TEST_CASE("who is told to report less often waits longer at once", "[protocol][receiver]") {
    const auto reports_after = [](std::uint32_t interval_us) {
        ReceiverTalk talk;
        FakeSender sender;
        sender.report_interval_us = 1'000'000;
        join(talk, sender);
        sender.report_interval_us = interval_us;
        talk.hear(sender.offer(wire::kOfferStarted));
        const Time begun = talk.now;
        talk.pass_until([&] { return !talk.sent.all_private<wire::Report>().empty(); }, seconds(5));
        return to_seconds(talk.now - begun);
    };
    CHECK(reports_after(1'900'000) == Approx(1.9 * reports_after(1'000'000)).epsilon(0.01));
    CHECK(reports_after(600'000) == Approx(0.6 * reports_after(1'000'000)).epsilon(0.01));
}

TEST_CASE("one of a large group on a slow link may be silent for as long as it was told to",
          "[protocol][sender]") {
    auto config = sender_config(400);
    config.begin_with = 300;
    config.rate = DataRate::bits_per_second(0.5e6);
    config.progress_limit = seconds(180);
    SenderTalk talk(config);
    for (std::uint32_t n = 1; n <= 300; ++n) talk.hear(receiver(n).join());
    talk.pass(seconds(50));
    CHECK(talk.sent.all_private<wire::Offer>().back().report_interval_us == 60'000'000);
    CHECK(talk.count(SenderEvent::Kind::receiver_final) == 0);
    send_all(talk);
    // When the others are done the last one is asked more often, and found to be gone.
    for (std::uint32_t n = 2; n <= 300; ++n) talk.hear(receiver(n).done());
    talk.pass(seconds(182));
    CHECK(talk.result() == "receivers_failed");
}

TEST_CASE(
    "a large group is told to report thrice in the limit, if that takes no more than 2 % of the "
    "rate",
    "[protocol][sender]") {
    const auto told = [](double mbps, int limit) {
        auto config = sender_config(400);
        config.begin_with = 300;
        config.rate = DataRate::bits_per_second(mbps * 1e6);
        config.progress_limit = seconds(limit);
        SenderTalk talk(config);
        for (std::uint32_t n = 1; n <= 300; ++n) talk.hear(receiver(n).join());
        talk.pass(seconds(2));
        return talk.sent.all_private<wire::Offer>().back().report_interval_us;
    };
    CHECK(told(0.5, 30) == 16'800'000);
    CHECK(told(1, 30) == 10'000'000);
    CHECK(told(1, 300) == 60'000'000);
}

TEST_CASE(
    "of a large group a few are made reporters that report often, while the rate is to be found",
    "[protocol][sender]") {
    const auto reporters = [](std::uint32_t receivers, bool fixed) {
        auto config = sender_config(400);
        config.begin_with = receivers;
        if (!fixed) config.rate.reset();
        SenderTalk talk(config);
        for (std::uint32_t n = 1; n < receivers; ++n) talk.hear(receiver(n).join());
        talk.pass(milliseconds(200));
        return reporters_of(talk).size();
    };
    CHECK(reporters(200, false) == kReporters);
    CHECK(reporters(50, false) == 0);
    CHECK(reporters(200, true) == 0);
}

TEST_CASE("a reporter that is not heard, or has less trouble than another, is one no more",
          "[protocol][sender]") {
    SenderTalk talk(config_of_a_large_group());
    begin_with_a_large_group(talk);
    const auto first = reporters_of(talk);
    REQUIRE(first.size() == kReporters);
    std::uint32_t troubled = 1;
    while (std::ranges::find(first, NodeId{troubled}) != first.end()) ++troubled;
    for (int i = 0; i < 12; ++i) talk.hear(receiver(troubled).nack({ask_symbols(0, 10, 10)}));
    talk.pass(milliseconds(100));
    const auto second = reporters_of(talk);
    CHECK(second.size() == kReporters);
    CHECK(std::ranges::find(second, NodeId{troubled}) != second.end());
    for (int i = 0; i < 100; ++i) {
        talk.hear(receiver(troubled).report({}));
        talk.pass(milliseconds(20));
    }
    const auto third = reporters_of(talk);
    CHECK(std::ranges::find(third, NodeId{troubled}) != third.end());
    const auto left = std::ranges::count_if(first, [&](NodeId node) {
        return std::ranges::find(third, node) != third.end();  // chosen once more by chance
    });
    CHECK(left < 5);
}

TEST_CASE("a reporter is told once a second that it still is one", "[protocol][sender]") {
    SenderTalk talk(config_of_a_large_group());
    begin_with_a_large_group(talk);
    const NodeId reporter = reporters_of(talk).front();
    talk.sent.clear();
    for (int i = 0; i < 50; ++i) {
        talk.hear(FakeReceiver{.node = reporter}.report({}));
        talk.pass(milliseconds(100));
    }
    const auto told = talk.sent.states_of(reporter).size();
    CHECK(told >= 4 * 2);  // each twice
    CHECK(told <= 6 * 2);
}

TEST_CASE("a reporter reports often until it is told otherwise, or nothing for three seconds",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender = of_group(1000);
    sender.report_interval_us = 20'000'000;
    join(talk, sender);
    talk.hear(sender.probe());
    const auto reports = [&](Duration span) {
        talk.sent.clear();
        talk.pass(span);
        return talk.sent.all_private<wire::Report>().size();
    };
    CHECK(reports(milliseconds(2900)) <= 1);
    talk.hear(sender.receiver_states(kReceiverNode, wire::ReceiverState::reporter));
    CHECK(reports(milliseconds(2900)) >= 2);  // every 1.1 s at this rate
    talk.hear(sender.receiver_states(kReceiverNode, wire::ReceiverState::reporter));
    talk.hear(sender.receiver_states(kReceiverNode, wire::ReceiverState::joined));
    CHECK(reports(milliseconds(2900)) <= 1);
    talk.hear(sender.receiver_states(kReceiverNode, wire::ReceiverState::reporter));
    (void)reports(seconds(3));
    CHECK(reports(milliseconds(2900)) <= 1);
}

TEST_CASE(
    "when no longer back-off can be asked for, one of a large group asks more seldom by itself",
    "[protocol][receiver]") {
    const auto asked = [](std::uint8_t backoff) {
        ReceiverTalk talk;
        FakeSender sender = of_group(10'000, 1000);
        sender.grtt = 0.001;
        sender.backoff = backoff;
        join(talk, sender);
        for (std::uint32_t block = 0; block < 300; ++block) {
            send(talk, sender, block, 3);
            talk.pass(milliseconds(10));
        }
        return talk.sent.all<wire::Nack>().size();
    };
    CHECK(asked(14) > 100);
    CHECK(asked(15) < 15);
}

TEST_CASE("who lacks a digest asks for those beside it", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender = of_group(10, 400);
    join(talk, sender);
    talk.hear(sender.digests(0, 10));
    send(talk, sender, 30);
    talk.pass(milliseconds(30));
    const auto requests = talk.sent.all_private<wire::DigestRequest>();
    REQUIRE_FALSE(requests.empty());
    REQUIRE(requests[0].ranges.size() == 1);
    CHECK(requests[0].ranges[0] == wire::ChunkRange{30, 94});
}
