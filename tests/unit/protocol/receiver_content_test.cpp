// SPDX-License-Identifier: MIT
// What a receiver does with content: where it goes, what is asked for, what is verified.
#include <algorithm>
#include <set>
#include <string>

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = Placement::Kind;

namespace {

void send_block(ReceiverTalk& talk, FakeSender& sender, std::uint32_t block,
                std::set<std::uint16_t> lost = {}) {
    for (std::uint16_t s = 0; s < 10; ++s)
        if (!lost.contains(s)) talk.hear(sender.data(block, s));
}

}  // namespace

TEST_CASE("each symbol goes to its place", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    const Placement source = talk.hear(sender.data(2, 3));
    CHECK(source.kind == Kind::source);
    CHECK(source.block == 2);
    CHECK(source.symbol == 3);
    CHECK(source.offset == 23'000);
    CHECK(source.payload.size() == 1000);
    const Placement parity = talk.hear(sender.data(2, 14));
    CHECK(parity.kind == Kind::parity);
    CHECK(parity.symbol == 4);
    CHECK(talk.placed(sender.data(2, 3)) == Kind::none);  // twice
}

TEST_CASE("data that does not fit the object is placed nowhere", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    auto data = sender.data_message(0, 0);
    SECTION("a payload that is too short") {
        data.payload = data.payload.first(999);
    }
    SECTION("a payload that is too long") {
        static const Buffer more(1001, 0);
        data.payload = more;
    }
    SECTION("a symbol that no block has") {
        data.id.symbol = 20;
    }
    SECTION("a block beyond the object") {
        data.id.block = 4;
    }
    SECTION("another object") {
        data.object = ObjectId{8};
    }
    SECTION("another code") {
        data.fec_id = wire::FecId::small_block;
        data.id.block_length = 10;
    }
    CHECK(talk.placed(bytes_of(data)) == Kind::none);
    CHECK(talk.core().bytes_done() == 0);
}

TEST_CASE(
    "one that is left behind asks for nothing until its turn, or until it hears no more of it",
    "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    send_block(talk, sender, 0, {3});
    talk.hear(sender.receiver_states(kReceiverNode, wire::ReceiverState::behind));
    send_block(talk, sender, 1);
    talk.pass(seconds(1));
    CHECK(talk.sent.requests().empty());
    CHECK(talk.core().waiting_for().kind == ReceiverWait::Kind::others);
    SECTION("its turn has come") {
        talk.hear(sender.receiver_states(kReceiverNode, wire::ReceiverState::joined));
        talk.pass(milliseconds(10));
    }
    SECTION("the sender says no more that it is left behind") {
        talk.pass(seconds(2));
    }
    CHECK_FALSE(talk.sent.requests().empty());
}

TEST_CASE("with id 129 a block that lies about its length is not taken", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.object.fec_id = wire::FecId::small_block;
    join(talk, sender);
    auto data = sender.data_message(0, 0);
    for (const std::uint16_t length : std::initializer_list<std::uint16_t>{0, 9, 11, 65'535}) {
        data.id.block_length = length;
        CHECK(talk.placed(bytes_of(data)) == Kind::none);
    }
    data.id.block_length = 10;
    CHECK(talk.placed(bytes_of(data)) == Kind::source);
}

TEST_CASE("nothing is placed before the offer is accepted", "[protocol][receiver]") {
    ReceiverTalk talk;
    talk.accepts = false;
    FakeSender sender;
    talk.hear(sender.offer(wire::kOfferStarted));
    CHECK(talk.placed(sender.data(0, 0)) == Kind::none);
    talk.core().accept(talk.now, std::nullopt);
    CHECK(talk.placed(sender.data(0, 0)) == Kind::source);
}

TEST_CASE("a loss is asked for when the sender has passed the block", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    send_block(talk, sender, 0, {4});
    talk.pass(milliseconds(2));
    CHECK(talk.sent.requests().empty());
    talk.hear(sender.data(1, 0));
    talk.pass(milliseconds(2));
    CHECK(talk.sent.requests() == std::vector{ask_symbols(0, 10, 10)});
    CHECK(talk.core().stats().nacks == 1);
}

TEST_CASE("what an incomplete repair still lacks is asked for as soon as it has come in",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.grtt = 0.6;
    join(talk, sender);
    send_block(talk, sender, 0, {4, 7});
    talk.hear(sender.data(1, 0));
    talk.pass(milliseconds(20));
    REQUIRE(talk.sent.requests() == std::vector{ask_symbols(0, 10, 11)});
    SECTION("our own") {
        talk.pass(milliseconds(620));
        talk.hear(sender.data(0, 10, wire::kFlagRepair));  // 11 was lost
        talk.hear(sender.data(1, 1));
        talk.pass(milliseconds(150));
        talk.hear(sender.data(2, 0));
        talk.pass(milliseconds(20));
        CHECK(std::ranges::count(talk.sent.requests(), ask_symbols(0, 11, 11)) == 1);
    }
    SECTION("but not when it left before we asked") {
        talk.pass(milliseconds(300));
        talk.hear(sender.data(0, 10, wire::kFlagRepair));
        talk.pass(milliseconds(250));
        talk.hear(sender.data(2, 0));
        talk.pass(milliseconds(20));
        CHECK(std::ranges::count(talk.sent.requests(), ask_symbols(0, 11, 11)) == 0);
    }
}

TEST_CASE("a few ask for each loss at once, however long the round trip is",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.grtt = 0.6;
    sender.report_interval_us = 10'000;
    join(talk, sender);
    for (std::uint32_t block = 0; block < 3; ++block) {
        send_block(talk, sender, block, {4});
        talk.hear(sender.data(block + 1, 0));
        talk.pass(milliseconds(20));
        CHECK(talk.sent.requests().size() == block + 1);
    }
}

TEST_CASE("a repair that jumps ahead is no sign that the sender has passed anything",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    talk.hear(sender.data(3, 10, wire::kFlagRepair));
    talk.pass(milliseconds(20));
    CHECK(talk.sent.requests().empty());
}

TEST_CASE("a repaired block is decoded from just the parity that it needs",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    send_block(talk, sender, 0, {4, 7});
    talk.hear(sender.data(0, 12, wire::kFlagRepair));
    talk.hear(sender.data(0, 15, wire::kFlagRepair));
    REQUIRE(talk.count(Order::Kind::decode) == 1);
    CHECK(talk.orders[0].missing == std::vector<std::uint16_t>{4, 7});
    CHECK(talk.orders[0].parity == std::vector<std::uint16_t>{2, 5});
    CHECK(talk.core().stats().repaired == 2);
    CHECK(talk.placed(sender.data(0, 16, wire::kFlagRepair)) == Kind::none);
}

TEST_CASE("a flush makes everything that is missing known", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    send_block(talk, sender, 0);
    talk.hear(sender.flush());
    talk.pass(milliseconds(3));
    CHECK(talk.sent.requests() == std::vector{ask_blocks(1, 3)});
    CHECK(talk.core().waiting_for().kind == ReceiverWait::Kind::repairs);
}

TEST_CASE("a chunk is verified when it is whole and its digest is known", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    send_block(talk, sender, 0);
    CHECK(talk.count(Order::Kind::verify) == 0);
    talk.hear(sender.digests(0, 2));
    REQUIRE(talk.count(Order::Kind::verify) == 1);
    const auto order = std::ranges::find(talk.orders, Order::Kind::verify, &Order::kind);
    CHECK(order->chunk == 0);
    CHECK(order->digest == std::vector<std::uint8_t>(16, 0));
    send_block(talk, sender, 1);
    CHECK(talk.count(Order::Kind::verify) == 2);
}

TEST_CASE("digests that were lost are asked for", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    for (std::uint32_t b = 0; b < 4; ++b) send_block(talk, sender, b);
    talk.hear(sender.digests(1, 1));
    talk.pass(milliseconds(50));
    const auto requests = talk.sent.all_private<wire::DigestRequest>();
    REQUIRE_FALSE(requests.empty());
    CHECK(requests.size() < 5);
    REQUIRE(requests.back().ranges.size() == 2);
    CHECK(requests.back().ranges[0] == wire::ChunkRange{0, 0});
    CHECK(requests.back().ranges[1] == wire::ChunkRange{2, 3});
    talk.hear(sender.digests(0, 4));
    CHECK(talk.count(Order::Kind::finish) == 1);
}

TEST_CASE("when all has been sent, digests that are missing are asked for at once, beside repairs",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.grtt = 0.5;
    sender.backoff = 0;
    join(talk, sender);
    for (std::uint32_t b = 0; b < 3; ++b) send_block(talk, sender, b);
    talk.hear(sender.digests(1, 1));
    talk.hear(sender.flush());
    talk.pass(milliseconds(20));
    CHECK_FALSE(talk.sent.requests().empty());
    CHECK(talk.sent.all_private<wire::DigestRequest>().size() == 1);
    talk.pass(milliseconds(400));  // the answer is on its way
    CHECK(talk.sent.all_private<wire::DigestRequest>().size() == 1);
}

TEST_CASE("of digests to come a packet's worth is asked for", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    sender.object.segment_size = 2000;
    sender.digest.chunk_size = 200;
    join(talk, sender);
    send_block(talk, sender, 0);  // 100 of 200
    talk.pass(milliseconds(50));
    CHECK(talk.sent.all_private<wire::DigestRequest>().at(0).ranges[0] == wire::ChunkRange{0, 199});
}

TEST_CASE("digests of another object, width or count are not taken", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    send_block(talk, sender, 0);
    FakeSender other = sender;
    other.object.id = ObjectId{8};
    talk.hear(other.digests(0, 4));
    other = sender;
    other.digest = {2, 32, 10'000};
    talk.hear(other.digests(0, 4));
    other = sender;
    other.digest.chunk_size = 5'000;
    talk.hear(other.digests(0, 4));
    CHECK(talk.count(Order::Kind::verify) == 0);
}

TEST_CASE("a chunk that is wrong is fetched again with its digest, sixteen times at most",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    talk.obeys = false;
    FakeSender sender;
    join(talk, sender);
    talk.hear(sender.digests(0, 4));
    for (int i = 0; i < 15; ++i) {
        send_block(talk, sender, 0);
        talk.core().verdict(talk.now, 0, false);
        CHECK(talk.core().bytes_done() == 0);
        talk.hear(sender.digests(0, 1));
    }
    talk.hear(sender.flush());
    talk.pass(milliseconds(3));
    CHECK(talk.sent.requests() == std::vector{ask_blocks(0, 3)});
    send_block(talk, sender, 0);
    CHECK(talk.count(Order::Kind::verify) == 16);
    talk.core().verdict(talk.now, 0, false);
    talk.settle();
    const auto reports = talk.sent.all_private<wire::Report>();
    REQUIRE_FALSE(reports.empty());
    CHECK(reports.back().state == wire::ReportState::failed);
    CHECK(reports.back().error == static_cast<std::uint16_t>(ErrorCode::integrity));
}

TEST_CASE("one that stands still with a wrong chunk says that, whoever gives up first",
          "[protocol][receiver]") {
    const bool mended = GENERATE(false, true);
    const bool told = GENERATE(false, true);
    ReceiverTalk talk;
    talk.obeys = false;
    FakeSender sender;
    join(talk, sender);
    talk.hear(sender.digests(0, 4));
    send_block(talk, sender, 0);
    talk.core().verdict(talk.now, 0, false);
    talk.hear(sender.digests(0, 1));
    if (mended) {
        send_block(talk, sender, 0);
        talk.core().verdict(talk.now, 0, true);
    }
    if (told)
        talk.hear(sender.receiver_states(kReceiverNode, wire::ReceiverState::failed,
                                         static_cast<std::uint16_t>(ErrorCode::timed_out)));
    for (int i = 0; i < 40 && talk.result() == "running"; ++i) {
        talk.hear(sender.flush());
        talk.pass(std::chrono::seconds(1));
    }
    CHECK(talk.result() == (mended ? "timed_out" : "integrity"));
}

TEST_CASE("a verdict on what was there before does not vouch for what came instead",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    talk.obeys = false;
    FakeSender sender;
    sender.object = ten_by_ten(1);
    sender.digest.chunk_size = 5'000;  // both chunks lie in the one block
    join(talk, sender);
    talk.hear(sender.digests(0, 2));
    send_block(talk, sender, 0);  // verify 0 and 1 are under way
    talk.core().verdict(talk.now, 1, false);
    send_block(talk, sender, 0);             // all of it again; verify 0 and 1 once more
    talk.core().verdict(talk.now, 0, true);  // the first answer, of the old bytes
    talk.core().verdict(talk.now, 1, true);
    talk.settle();
    CHECK(talk.count(Order::Kind::finish) == 0);
    talk.core().verdict(talk.now, 0, true);
    talk.settle();
    CHECK(talk.count(Order::Kind::finish) == 1);
}

TEST_CASE("a window lets in what it has room for, and the rest is asked for later",
          "[protocol][receiver]") {
    ReceiverTalk talk;
    talk.obeys = false;
    talk.window = 25'000;
    FakeSender sender;
    join(talk, sender);
    talk.hear(sender.digests(0, 4));
    CHECK(talk.placed(sender.data(1, 0)) == Kind::source);
    CHECK(talk.placed(sender.data(2, 0)) == Kind::none);
    send_block(talk, sender, 0);
    send_block(talk, sender, 1);
    talk.core().verdict(talk.now, 0, true);
    talk.settle();
    REQUIRE(talk.count(Order::Kind::release) == 1);
    CHECK(talk.orders.back().offset == 10'000);
    talk.core().released(10'000);
    talk.hear(sender.flush());
    talk.pass(milliseconds(3));
    CHECK(talk.sent.requests() == std::vector{ask_blocks(2, 2)});
    CHECK(talk.placed(sender.data(2, 0)) == Kind::source);
    CHECK(talk.placed(sender.data(3, 0)) == Kind::none);
}

TEST_CASE("a window is widened when it is used up, but not for what is slow here",
          "[protocol][receiver]") {
    enum class Slow : std::uint8_t { none, reader, verifying };
    const Slow what = GENERATE(Slow::none, Slow::reader, Slow::verifying);
    const bool slow = what != Slow::none;
    ReceiverTalk talk;
    talk.obeys = !slow;
    talk.window = ByteCount{64} << 20;
    FakeSender sender;
    sender.object = ten_by_ten(10'000);
    sender.digest.chunk_size = 5'000'000;
    join(talk, sender);
    talk.hear(sender.digests(0, 20));
    const auto window_end = [&] {
        talk.sent.clear();
        talk.pass(milliseconds(150));
        return talk.sent.all_private<wire::Report>().back().window_end;
    };
    CHECK(window_end() == 33'550'000);  // 32 MiB, as far as whole blocks go
    for (std::uint32_t b = 0; b < 500; ++b) send_block(talk, sender, b);
    if (what == Slow::reader) talk.core().verdict(talk.now, 0, true);
    const ByteCount released = slow ? 0 : 5'000'000;
    talk.hear(sender.data(2000, 0));
    CHECK(window_end() == released + 33'550'000);
    talk.hear(sender.data(3500, 0));
    CHECK(window_end() == released + (slow ? 33'550'000 : 67'100'000));
    talk.hear(sender.flush());  // all has been sent
    CHECK(window_end() == released + (slow ? 33'550'000 : 67'100'000));
}

TEST_CASE("with a plain sender an ordered sink is given what is complete", "[protocol][receiver]") {
    ReceiverTalk talk;
    talk.window = 25'000;
    FakeSender sender;
    talk.hear(sender.info());
    talk.hear(sender.data(0, 0, 0, true));
    send_block(talk, sender, 0);
    REQUIRE(talk.count(Order::Kind::release) == 1);
    CHECK(talk.orders.back().offset == 10'000);
    for (std::uint32_t b = 1; b < 4; ++b) send_block(talk, sender, b);
    CHECK(talk.count(Order::Kind::finish) == 1);
}

TEST_CASE("a report tells what was received, lost and is waiting", "[protocol][receiver]") {
    ReceiverTalk talk;
    FakeSender sender;
    join(talk, sender);
    send_block(talk, sender, 0);
    sender.sequence = static_cast<std::uint16_t>(sender.sequence + 10);
    talk.hear(sender.data(1, 0));
    talk.core().set_backlog(500, 1000);
    talk.core().set_host_drops(3);
    talk.sent.clear();
    talk.pass(milliseconds(150));
    const auto reports = talk.sent.all_private<wire::Report>();
    REQUIRE_FALSE(reports.empty());
    const wire::Report& report = reports[0];
    CHECK(report.state == wire::ReportState::in_progress);
    CHECK(report.bytes_done == 11'000);
    CHECK(report.packets_expected - report.packets_received == 10);
    CHECK(report.backlog == 500);
    CHECK(report.backlog_limit == 1000);
    CHECK(report.host_drops == 3);
    CHECK(report.sequence == static_cast<std::uint16_t>(sender.sequence - 1));
}

TEST_CASE("a receiver whose parity memory is full gets whole all the same",
          "[protocol][receiver]") {
    auto config = ReceiverTalk::receiver_config();
    config.parity_memory = 3 * 1000;
    ReceiverTalk talk(config);
    FakeSender sender;
    join(talk, sender);
    talk.hear(sender.digests(0, 4));
    for (std::uint32_t b = 0; b < 4; ++b) {
        send_block(talk, sender, b, {0, 1});
        talk.hear(sender.data(b, 10, wire::kFlagRepair));
    }
    talk.hear(sender.flush());
    for (int i = 0; i < 20 && talk.result() == "running"; ++i) {
        talk.sent.clear();
        talk.pass(milliseconds(20));
        for (const auto& request : talk.sent.requests())
            for (std::uint32_t s = request.first.id.symbol; s <= request.last.id.symbol; ++s)
                talk.hear(sender.data(request.first.id.block, static_cast<std::uint16_t>(s),
                                      wire::kFlagRepair));
    }
    CHECK(talk.count(Order::Kind::finish) == 1);
    CHECK(talk.count(Order::Kind::forget) > 0);  // later blocks make room
}

TEST_CASE("where more is on the way more parity may wait", "[protocol][receiver]") {
    const bool far = GENERATE(false, true);
    auto config = ReceiverTalk::receiver_config();
    config.parity_memory = 3 * 1000;
    ReceiverTalk talk(config);
    FakeSender sender;
    if (far) sender.grtt = 1;
    join(talk, sender);
    talk.hear(sender.probe());  // 1 MB a second
    for (const std::uint32_t b : {3U, 2U, 1U, 0U}) {
        send_block(talk, sender, b, {0, 1});
        talk.hear(sender.data(b, 10, wire::kFlagRepair));
    }
    CHECK((talk.count(Order::Kind::forget) == 0) == far);
}
