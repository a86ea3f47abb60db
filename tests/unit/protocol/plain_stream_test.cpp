// SPDX-License-Identifier: MIT
// A stream to plain NORM receivers: what they need to get all of it, and what they are waited for.
#include <algorithm>
#include <utility>
#include <vector>

#include "core_harness.hpp"
#include "protocol/send/repair_queue.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr NodeId kPlain{0x0a000001};

SenderConfig plain_config() {
    SenderConfig config = sender_config();
    config.object = stream_of_tens();
    config.buffer = 50'000;
    config.plain = true;
    return config;
}

/// A sender whose stream a plain receiver takes from the beginning on.
struct Streaming {
    explicit Streaming(SenderConfig config = plain_config()) : talk(std::move(config)) {
        talk.hear(receiver().ack_cc());
        talk.pass(milliseconds(10));
    }
    void write(ByteCount up_to) {
        for (; digested < 10; ++digested) core().add_digest(digested, Buffer(16, 0));
        core().extend(up_to);
        talk.pass(seconds(1));
    }
    void end_with(ByteCount size) {
        write(size);
        core().end_stream(talk.now);
        core().set_root(kRoot);
        talk.sent.clear();
        talk.pass(milliseconds(200));
    }
    void acknowledge(std::uint32_t block, std::uint16_t symbol) {
        talk.hear(receiver().ack_flush({block, symbol, 0}));
    }
    [[nodiscard]] Sender& core() { return talk.core(); }
    [[nodiscard]] const Member& member() { return *core().receiver(kPlain); }
    [[nodiscard]] wire::CmdFlush flush() const { return talk.sent.all<wire::CmdFlush>().back(); }
    SenderTalk talk;
    std::uint32_t digested = 0;
};

/// Repairs of a stream of two blocks, the second of five symbols, all of which has been sent.
struct Ended {
    NackOutcome nack(const std::vector<wire::RepairRequest>& requests) {
        return queue.add_nack(requests_of(requests), ObjectId{7},
                              {.now = now, .horizon = now, .end_block = 2, .explicit_end = plain});
    }
    std::vector<unsigned> repairs() {
        std::vector<unsigned> symbols;
        for (; const auto symbol = queue.peek(now); queue.pop(now))
            symbols.push_back(symbol->symbol + (symbol->parity ? 10U : 0U));
        return symbols;
    }
    RepairQueue queue{stream_of_tens(15'000).partition(), 10};
    Time now{seconds(1000)};
    bool plain = true;
};

using Symbols = std::vector<unsigned>;

}  // namespace

TEST_CASE("INFO tells plain receivers the content of a symbol, and one block more than is kept",
          "[protocol][plain][stream]") {
    Streaming stream;
    const auto infos = stream.talk.sent.all<wire::Info>();
    REQUIRE_FALSE(infos.empty());
    REQUIRE(infos.back().fti);
    CHECK(*infos.back().fti == wire::Fti{60'000, 1000, 10, 10});
    CHECK((infos.back().flags & wire::kFlagStream) != 0);
}

TEST_CASE("plain receivers know a stream before its first block", "[protocol][plain][stream]") {
    const bool plain = GENERATE(true, false);
    SenderConfig config = plain_config();
    config.plain = plain;
    SenderTalk talk(config);
    talk.pass(seconds(1));
    CHECK_FALSE(talk.core().started());
    CHECK((talk.sent.all<wire::Info>().size() > 5) == plain);
}

TEST_CASE("room is made where a plain receiver has acknowledged the content",
          "[protocol][plain][stream]") {
    Streaming stream;
    stream.write(45'000);
    CHECK(stream.flush().id == wire::PayloadId{3, 9, 0});
    CHECK(stream.flush().nodes.size() == 1);
    CHECK(stream.core().releasable() == 0);
    stream.acknowledge(1, 9);
    CHECK(stream.member().bytes_done == 20'000);
    CHECK(stream.core().releasable() == 20'000);
    stream.acknowledge(2, 4);  // not all of that block
    CHECK(stream.core().releasable() == 20'000);
    stream.acknowledge(0, 9);  // an old one
    CHECK(stream.core().releasable() == 20'000);
    stream.acknowledge(9'000'000, 9);  // what was never sent
    CHECK(stream.member().bytes_done == 40'000);
    CHECK(stream.core().releasable() == 40'000);
    stream.talk.sent.clear();
    stream.talk.pass(milliseconds(500));
    CHECK(stream.flush().nodes.size() == 0);  // it has nothing to acknowledge
}

TEST_CASE("the end of a stream goes before each flush, which names it",
          "[protocol][plain][stream]") {
    const auto [size, block, symbol] = GENERATE(table<ByteCount, std::uint32_t, std::uint16_t>(
        {{0, 0, 0}, {1, 0, 1}, {15'000, 1, 5}, {15'001, 1, 6}, {20'000, 2, 0}}));
    CAPTURE(size);
    Streaming stream;
    stream.end_with(size);
    const auto ends = stream.talk.sent.all<wire::Data>();
    REQUIRE_FALSE(ends.empty());
    CHECK(ends.size() == stream.talk.sent.all<wire::CmdFlush>().size());
    for (const wire::Data& end : ends) {
        CHECK(end.id == wire::PayloadId{block, symbol, 0});
        CHECK(end.flags == (wire::kFlagStream | wire::kFlagInfo));
        const auto total = static_cast<std::uint8_t>(size & 0xffU);
        CHECK(Buffer(end.payload.begin(), end.payload.end()) ==
              Buffer{0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(size >> 8U), total});
    }
    CHECK(stream.flush().id == wire::PayloadId{block, symbol, 0});
}

TEST_CASE("without --plain no end is sent as a symbol", "[protocol][plain][stream]") {
    SenderConfig config = plain_config();
    config.plain = false;
    SenderTalk talk = begun_with_one(config);
    talk.core().extend(15'000);
    talk.core().end_stream(talk.now);
    talk.pass(milliseconds(200));
    CHECK(talk.sent.all<wire::Data>().empty());
    CHECK(talk.sent.all<wire::CmdFlush>().back().id == wire::PayloadId{1, 4, 0});
}

TEST_CASE("a plain receiver has a stream when it acknowledges the end of it",
          "[protocol][plain][stream]") {
    Streaming stream;
    stream.write(15'000);
    stream.acknowledge(1, 5);  // before the end
    CHECK(stream.member().in_progress());
    stream.end_with(15'000);
    stream.acknowledge(0, 9);
    stream.acknowledge(1, 4);
    CHECK(stream.member().in_progress());
    stream.acknowledge(1, 5);
    CHECK(stream.member().state == State::success);
    stream.talk.pass(seconds(2));
    CHECK(stream.talk.result() == "success");
}

TEST_CASE("a plain receiver that comes when the stream has begun is too late",
          "[protocol][plain][stream]") {
    Streaming stream;
    stream.talk.hear(receiver(2).ack_cc());
    CHECK(stream.core().receiver(NodeId{2})->in_progress());
    stream.write(10'000);
    stream.talk.hear(receiver(3).ack_cc());
    const Member* late = stream.core().receiver(NodeId{3});
    REQUIRE(late);
    REQUIRE(late->error);
    CHECK(late->error->code == ErrorCode::joined_late);
    stream.acknowledge(0, 9);
    stream.talk.hear(receiver(2).ack_flush({0, 9, 0}));
    CHECK(stream.core().releasable() == 10'000);  // nobody waits for it
}

TEST_CASE("a plain receiver that does not acknowledge what it was sent is given up",
          "[protocol][plain][stream]") {
    SenderConfig config = plain_config();
    config.progress_limit = seconds(10);
    Streaming stream{std::move(config)};
    stream.write(45'000);
    const auto live_for = [&](int time) {
        for (int i = 0; i < 2 * time; ++i) {
            stream.talk.hear(receiver().ack_cc());
            stream.talk.pass(milliseconds(500));
        }
    };
    live_for(5);
    stream.acknowledge(1, 9);
    live_for(8);
    CHECK(stream.member().in_progress());
    stream.acknowledge(3, 9);
    live_for(30);  // the producer pauses
    CHECK(stream.member().in_progress());
    stream.write(55'000);
    live_for(12);
    CHECK(stream.talk.result() == "all_receivers_failed");
    REQUIRE(stream.member().error);
    CHECK(stream.member().error->code == ErrorCode::timed_out);
}

TEST_CASE("the short last block is repaired as plain receivers ask for it",
          "[protocol][plain][repair_queue][stream]") {
    Ended stream;
    CHECK(stream.nack({ask_symbols(1, 1, 2), ask_symbols(1, 5, 9)}).symbols == 2);
    CHECK(stream.repairs() == Symbols{1, 2});  // beyond the end there is nothing
    stream.nack(
        {ask_symbols(1, 4, 4), ask_symbols(1, 10, 11)});  // one of ours asks for parity, too
    CHECK(stream.repairs() == Symbols{10, 11, 4});
    stream.nack({ask_symbols(0, 3, 4)});
    CHECK(stream.repairs() == Symbols{10, 11});  // a full block
    Ended ours{.plain = false};
    ours.nack({ask_symbols(1, 1, 2)});
    CHECK(ours.repairs() == Symbols{10, 11});
}

TEST_CASE("a plain receiver that asks for what is gone is told so, now and then",
          "[protocol][plain][stream]") {
    const bool plain = GENERATE(true, false);
    SenderConfig config = plain_config();
    config.plain = plain;
    SenderTalk talk = begun_with_one(config);
    for (std::uint32_t c = 0; c < 10; ++c) talk.core().add_digest(c, Buffer(16, 0));
    talk.core().extend(45'000);
    talk.pass(seconds(1));
    talk.hear(receiver().report({.bytes_done = 30'000}));
    talk.hear(receiver().nack({ask_blocks(0, 1)}));
    talk.pass(milliseconds(10));
    CHECK(talk.sent.all<wire::CmdSquelch>().empty());  // it is still there
    talk.core().release(30'000);
    for (int i = 0; i < 100; ++i) talk.hear(receiver().nack({ask_symbols(2, 10, 11)}));
    talk.pass(milliseconds(1));
    const auto squelches = talk.sent.all<wire::CmdSquelch>();
    REQUIRE(squelches.size() == (plain ? 1 : 0));
    if (plain) CHECK(squelches[0].id == wire::PayloadId{3, 0, 0});
    talk.hear(receiver().nack({ask_symbols(3, 10, 11)}));
    talk.pass(seconds(1));
    CHECK(talk.sent.all<wire::CmdSquelch>().size() == squelches.size());
}
