// SPDX-License-Identifier: MIT
// Packets that come late, and those that do not come: which of them a receiver takes for lost.
#include <algorithm>

#include "core_harness.hpp"
#include "protocol/receive/loss_meter.hpp"
#include "protocol/timestamp.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// A meter that hears a packet each 0.1 ms.
class Stream {
  public:
    explicit Stream(std::uint16_t first = 0) : next_(first) {}

    void hear(int packets) {
        for (; packets > 0; --packets) pass(), meter.on_packet(now, next_++);
    }
    std::uint16_t hold_back() { return next_++; }
    void hear_late(std::uint16_t sequence) { meter.on_packet(now, sequence); }
    /// One that others overtake for that long.
    void delay_one(Duration by) {
        const std::uint16_t late = hold_back();
        hear(static_cast<int>(by / microseconds(100)));
        hear_late(late);
    }
    void pass() { now += microseconds(100); }

    LossMeter meter;
    Time now = kBegin;

  private:
    std::uint16_t next_;
};

// A block of ten but for its fifth symbol, which comes later, or never.
Buffer send_most(ReceiverTalk& talk, FakeSender& sender, std::uint32_t block) {
    Buffer late;
    for (std::uint16_t s = 0; s < 10; ++s) {
        Buffer datagram = sender.data(block, s);
        if (s == 4)
            late = std::move(datagram);
        else
            talk.hear(datagram);
    }
    return late;
}

// A packet of block 0 comes so late that it has been asked for: now the window is a quarter longer.
void come_late(ReceiverTalk& talk, FakeSender& sender, Duration by) {
    const Buffer late = send_most(talk, sender, 0);
    talk.hear(sender.data(1, 0));
    talk.pass(by);
    CHECK(talk.sent.requests().size() == 1);
    talk.hear(late);
    talk.sent.clear();
}

std::ptrdiff_t asked_of(const ReceiverTalk& talk, std::uint32_t block) {
    return std::ranges::count_if(talk.sent.requests(), [block](const wire::RepairRequest& request) {
        return request.first.id.block == block;
    });
}

}  // namespace

TEST_CASE("however many packets an outage takes, those after it are the latest", "[protocol]") {
    for (const int lost : {5000, 30'000, 40'000, 57'000}) {
        INFO(lost << " packets");
        Stream stream(60'000);
        stream.hear(1000);
        for (int i = 0; i < lost; ++i) (void)stream.hold_back();
        stream.hear(1000);
        CHECK(stream.meter.latest().received == 2000);
        CHECK(stream.meter.latest().expected == 2000U + static_cast<unsigned>(lost));
        CHECK(stream.meter.window() == Duration::zero());
    }
}

TEST_CASE("as long as all come in order, what is told is what has come until now",
          "[protocol][loss_meter]") {
    Stream stream(65'000);
    stream.hear(1000);
    (void)stream.hold_back();
    stream.hear(1);
    CHECK(stream.meter.window() == Duration::zero());
    CHECK(stream.meter.settled(stream.now).expected == 1002);
    CHECK(stream.meter.settled(stream.now).lost() == 1);
}

TEST_CASE("once packets came late, others may be as late before they count as lost",
          "[protocol][loss_meter]") {
    Stream stream(65'000);
    stream.hear(1000);
    stream.delay_one(milliseconds(2));
    CHECK(stream.meter.window() >= milliseconds(2));
    CHECK(stream.meter.window() < milliseconds(4));

    const std::uint16_t late = stream.hold_back();
    stream.hear(15);
    CHECK(stream.meter.latest().lost() == 1);
    CHECK(stream.meter.settled(stream.now).lost() == 0);
    SECTION("one that comes is none") {
        stream.hear_late(late);
        stream.hear(100);
        CHECK(stream.meter.settled(stream.now).lost() == 0);
    }
    SECTION("one that does not come is told a window later") {
        stream.hear(40);
        CHECK(stream.meter.settled(stream.now).lost() == 1);
    }
    SECTION("and when nothing comes any more, all is known") {
        stream.now += milliseconds(4);
        CHECK(stream.meter.settled(stream.now).expected == 1000 + 21 + 16);
        CHECK(stream.meter.settled(stream.now).lost() == 1);
    }
}

TEST_CASE("the reordering window closes when packets come in order again, and has an end",
          "[protocol][loss_meter]") {
    Stream stream;
    stream.hear(100);
    stream.delay_one(milliseconds(12));
    CHECK(stream.meter.window() == LossMeter::kMostWindow);
    stream.hear(25'000);
    CHECK(stream.meter.window() == Duration::zero());
}

TEST_CASE("however many packets a window has, the sender can still place what is told",
          "[protocol][loss_meter]") {
    LossMeter meter;
    Time now = kBegin;
    std::uint16_t next = 0;
    const auto hear = [&](int packets) {
        for (int i = 0; i < packets; ++i) {
            if (i % 4 == 0) now += microseconds(1);
            meter.on_packet(now, next++);
        }
    };
    hear(100);
    const std::uint16_t late = next++;
    hear(30'000);  // 7.5 ms
    meter.on_packet(now, late);
    hear(30'000);
    REQUIRE(meter.window() > milliseconds(7));
    CHECK(meter.latest().expected - meter.settled(now).expected <= 8192);
}

TEST_CASE("what may only be late is neither told as lost nor asked for", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.report_interval_us = 5000;
    join(talk, sender);
    come_late(talk, sender, milliseconds(3));
    const Buffer second = send_most(talk, sender, 2);
    for (std::uint16_t s = 0; s < 4; ++s) {
        talk.hear(sender.data(3, s));
        talk.pass(microseconds(700));
    }
    talk.hear(second);
    talk.pass(milliseconds(20));
    CHECK(talk.count(Order::Kind::decode) == 0);
    CHECK(asked_of(talk, 2) == 0);
    const auto reports = talk.sent.all_private<wire::Report>();
    REQUIRE_FALSE(reports.empty());
    for (const auto& report : reports) CHECK(report.packets_expected == report.packets_received);
}

TEST_CASE("where packets come late, one that does not come is asked for all the same",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    come_late(talk, sender, milliseconds(3));
    (void)send_most(talk, sender, 2);
    SECTION("when the sender has passed it") {
        talk.hear(sender.data(3, 0));
    }
    SECTION("when the sender pauses") {
        talk.hear(sender.flush());
    }
    talk.pass(milliseconds(2));
    CHECK(talk.sent.requests().empty());
    talk.pass(milliseconds(20));
    CHECK(std::ranges::count(talk.sent.requests(), ask_symbols(2, 10, 10)) == 1);
}

TEST_CASE("what was passed while a request waited is not asked for with it, but soon after",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    come_late(talk, sender, milliseconds(4));
    for (std::uint16_t symbol = 1; symbol < 10; ++symbol) talk.hear(sender.data(1, symbol));
    talk.sent.clear();

    (void)send_most(talk, sender, 2);
    talk.hear(sender.data(3, 0));
    talk.pass(milliseconds(4));
    for (std::uint16_t s = 1; s < 9; ++s) talk.hear(sender.data(3, s));
    talk.hear(sender.flush());
    talk.pass(milliseconds(3));
    CHECK(std::ranges::count(talk.sent.requests(), ask_symbols(2, 10, 10)) == 1);
    CHECK(asked_of(talk, 3) == 0);
    talk.pass(milliseconds(8));
    CHECK(std::ranges::count(talk.sent.requests(), ask_symbols(3, 10, 10)) == 1);
}

TEST_CASE("a repair whose packets overtake each other is not asked for again",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.grtt = 0.002;
    join(talk, sender);
    come_late(talk, sender, milliseconds(4));
    for (std::uint16_t s = 0; s < 10; ++s)
        if (s != 4 && s != 7) talk.hear(sender.data(2, s));
    talk.hear(sender.data(3, 0));
    talk.pass(milliseconds(8));
    REQUIRE(std::ranges::count(talk.sent.requests(), ask_symbols(2, 10, 11)) == 1);

    talk.hear(sender.flush());
    talk.pass(milliseconds(4));
    const Buffer first = sender.data(2, 10, wire::kFlagRepair);
    talk.hear(sender.data(2, 11, wire::kFlagRepair));
    talk.pass(milliseconds(2));
    talk.hear(first);
    CHECK(talk.count(Order::Kind::decode) == 1);
    CHECK(std::ranges::count(talk.sent.requests(), ask_symbols(2, 10, 10)) == 0);
}

TEST_CASE("a probe that others have overtaken counts as heard when they were",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.report_interval_us = 20'000;
    join(talk, sender);
    const Buffer probe = sender.probe(to_timestamp(kBegin));
    const Time overtaken = talk.now;
    for (std::uint16_t s = 0; s < 8; ++s) {
        talk.hear(sender.data(0, s));
        talk.pass(milliseconds(1));
    }
    talk.hear(probe);
    talk.sent.clear();
    while (talk.sent.all_private<wire::Report>().empty()) talk.pass(microseconds(100));
    const auto report = talk.sent.all_private<wire::Report>().front();
    const Duration held = from_echo(report.echo, talk.now) - kBegin;
    CHECK(held > talk.now - overtaken - milliseconds(2));
    CHECK(held <= talk.now - overtaken);
}
