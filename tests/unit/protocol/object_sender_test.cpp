// SPDX-License-Identifier: MIT
#include "protocol/send/object_sender.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "datagrams.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr ByteCount kNoEnd = UINT64_MAX;

/// Of blocks of ten and ten; parity is learnt.
struct Sending {
    explicit Sending(std::uint32_t blocks, std::optional<double> proactive = {})
        : object(ten_by_ten(blocks), proactive) {}

    /// Sends what is new, until the end or the window's; how many of these symbols were parity.
    unsigned send_new(ByteCount window_end = kNoEnd) {
        unsigned parity = 0;
        while (!object.held_at(window_end)) {
            const auto symbol = object.peek_new();
            if (!symbol) break;
            parity += symbol->parity;
            object.pop_new(now, *symbol);
        }
        return parity;
    }
    NackOutcome nack(const std::vector<wire::RepairRequest>& requests, std::size_t receivers = 1,
                     bool last_round = false) {
        now += milliseconds(10);
        return object.add_nack(
            requests_of(requests),
            {.now = now, .horizon = now, .receivers = receivers, .last_round = last_round});
    }
    void zeros(ByteCount begin, ByteCount end) {
        object.zeros().add(object.partition(), {begin, end});
    }
    unsigned send_repairs() {
        unsigned sent = 0;
        for (; object.peek_repair(now); ++sent) object.pop_repair(now);
        return sent;
    }
    /// Each of the blocks that come next needs so much of its parity in the end.
    void teach(std::uint32_t blocks, unsigned demand) {
        for (; blocks > 0; --blocks) {
            const std::uint32_t block = object.blocks_begun();
            const unsigned proactive_symbols = send_new(object.block_end());
            if (proactive_symbols < demand)
                nack({ask_symbols(block, 0,
                                  static_cast<std::uint16_t>(demand - proactive_symbols - 1))});
            send_repairs();
            object.plan_parity({.settled = now});
        }
    }

    ObjectSender object;
    Time now{seconds(1000)};
};

}  // namespace

TEST_CASE("a block is begun only when the window has room for all of it",
          "[protocol][object_sender]") {
    Sending sending(4);
    sending.send_new(19'999);
    CHECK(sending.object.position() == 10'000);
    CHECK(sending.object.block_end() == 20'000);
    sending.send_new(20'000);
    CHECK(sending.object.position() == 20'000);
}

TEST_CASE("all is sent when nothing is left of the first pass, the repairs and catch-up",
          "[protocol][object_sender]") {
    Sending sending(8);
    CHECK_FALSE(sending.object.sent_all());
    sending.send_new();
    CHECK(sending.object.sent_all());
    sending.nack({ask_symbols(7, 0, 0)});
    CHECK_FALSE(sending.object.sent_all());
    CHECK(sending.send_repairs() == 1);
    sending.nack({ask_blocks(0, 0)});
    CHECK_FALSE(sending.object.sent_all());
    sending.object.catch_up(sending.now);
    CHECK(sending.send_repairs() == 10);
    CHECK(sending.object.sent_all());
}

TEST_CASE("a NACK tells what it has brought", "[protocol][object_sender]") {
    Sending sending(2);
    sending.send_new();
    const auto first = sending.nack({ask_symbols(0, 0, 2), ask_info()});
    CHECK(first.symbols == 3);
    CHECK(first.raised == 3);
    CHECK(first.info_wanted);
    const auto second = sending.nack({ask_symbols(0, 4, 5)});
    CHECK(second.symbols == 0);
    CHECK(second.raised == 0);
    CHECK_FALSE(second.info_wanted);
}

TEST_CASE("parity that a block needs is learnt and goes unasked with the next",
          "[protocol][object_sender]") {
    Sending sending(60);
    sending.teach(50, 4);
    CHECK(sending.send_new(510'000) == 4);
}

TEST_CASE("blocks that receivers could not ask for teach nothing", "[protocol][object_sender]") {
    Sending sending(60);
    sending.teach(50, 4);
    sending.send_new(600'000);
    sending.object.forget_unsettled();
    sending.object.plan_parity({.settled = sending.now + seconds(1)});
    sending.nack({ask_blocks(59, 59)});
    CHECK(sending.send_repairs() == 10 + 4);
}

TEST_CASE("no more parity goes unasked than loss at this rate explains",
          "[protocol][object_sender]") {
    Sending sending(60);
    sending.teach(50, 8);
    sending.object.plan_parity({.settled = sending.now, .loss = 0.0});
    CHECK(sending.send_new(510'000) == 2);
}

TEST_CASE("more parity goes with the last blocks", "[protocol][object_sender]") {
    Sending sending(60);
    for (int i = 0; i < 25; ++i) {
        sending.teach(1, 2);
        sending.teach(1, 6);
    }
    sending.object.plan_parity({.settled = sending.now});
    const unsigned usual = sending.send_new(510'000);
    sending.object.plan_parity({.settled = sending.now, .last_round = 100'000});
    CHECK(sending.send_new(520'000) > usual);
}

TEST_CASE("a repair of the last round has a surplus, but not for one receiver",
          "[protocol][object_sender]") {
    for (const auto& [receivers, expected] : {std::pair(1, 4U), std::pair(2, 4U + 3U)}) {
        Sending sending(4);
        sending.send_new();
        sending.nack({ask_symbols(3, 0, 3)}, static_cast<std::size_t>(receivers), true);
        CHECK(sending.send_repairs() == expected);
    }
    Sending fixed(4, 0.0);
    fixed.send_new();
    fixed.nack({ask_symbols(3, 0, 3)}, 2, true);
    CHECK(fixed.send_repairs() == 4);
}

TEST_CASE("pending repairs are written as the requests that they spare",
          "[protocol][object_sender]") {
    Sending sending(8);
    sending.send_new();
    sending.nack({ask_symbols(7, 0, 2), ask_blocks(0, 3)});
    std::array<std::uint8_t, 512> space{};
    wire::RepairRequestWriter writer(space);
    CHECK(sending.object.write_pending(writer));
    CHECK(parse_requests(writer.finish()) == std::vector{ask_blocks(0, 3), ask_symbols(7, 10, 12)});
    wire::RepairRequestWriter narrow(MutableBytes(space).first(16));
    CHECK_FALSE(sending.object.write_pending(narrow));
}

TEST_CASE("a symbol's name on the wire counts parity behind the source",
          "[protocol][object_sender]") {
    Sending sending(2);
    CHECK(sending.object.id_of({1, 3, false, 1000}) == wire::PayloadId{1, 3, 10});
    CHECK(sending.object.id_of({1, 3, true, 1000}) == wire::PayloadId{1, 13, 10});
    CHECK(sending.object.last_begun() == wire::PayloadId{});
    sending.send_new(10'000);
    CHECK(sending.object.last_begun() == wire::PayloadId{0, 9, 10});
}

TEST_CASE("blocks of zeros are passed over when new data comes to them, and told",
          "[protocol][object_sender]") {
    Sending sending(6);
    sending.zeros(0, 10'000);
    sending.zeros(25'000, 49'999);  // of blocks only the fourth lies wholly in there
    CHECK_FALSE(sending.object.peek_new());
    REQUIRE(sending.object.pass_zeros(kNoEnd));
    CHECK(sending.object.position() == 10'000);
    CHECK(sending.object.zeros().take(10) == std::vector<wire::BlockRange>{{0, 0}});
    CHECK_FALSE(sending.object.pass_zeros(kNoEnd));
    sending.send_new();
    CHECK(sending.object.position() == 30'000);
    CHECK_FALSE(sending.object.zeros().waiting());
    REQUIRE(sending.object.pass_zeros(kNoEnd));
    CHECK(sending.object.zeros().take(10) == std::vector<wire::BlockRange>{{3, 3}});
    sending.send_new();
    CHECK(sending.object.first_pass_done());
}

TEST_CASE("blocks of zeros are passed over only as far as the window has room for them",
          "[protocol][object_sender]") {
    Sending sending(4);
    sending.zeros(0, 40'000);
    REQUIRE(sending.object.pass_zeros(29'999));
    CHECK(sending.object.position() == 20'000);
    CHECK(sending.object.zeros().take(10) == std::vector<wire::BlockRange>{{0, 1}});
    CHECK_FALSE(sending.object.pass_zeros(29'999));
    REQUIRE(sending.object.pass_zeros(40'000));
    CHECK(sending.object.first_pass_done());
    CHECK(sending.object.zeros().take(10) == std::vector<wire::BlockRange>{{2, 3}});
}

TEST_CASE("a file that is looked at for zeros is sent as far as that has come",
          "[protocol][object_sender]") {
    Sending sending(4);
    sending.object.extend(0);
    CHECK_FALSE(sending.object.peek_new());
    CHECK_FALSE(sending.object.starved());
    sending.object.extend(19'999);
    sending.send_new();
    CHECK(sending.object.position() == 10'000);
    sending.zeros(15'000, 30'000);
    sending.object.extend(29'999);
    sending.send_new();
    CHECK(sending.object.position() == 20'000);
    CHECK_FALSE(sending.object.pass_zeros(kNoEnd));
    sending.object.extend(40'000);
    CHECK(sending.object.pass_zeros(kNoEnd));
    CHECK(sending.object.position() == 30'000);
}

TEST_CASE("a receiver that asks for blocks of zeros is told again, and sent nothing",
          "[protocol][object_sender]") {
    Sending sending(6);
    sending.zeros(10'000, 40'000);
    sending.send_new();
    REQUIRE(sending.object.pass_zeros(kNoEnd));
    sending.send_new();
    (void)sending.object.zeros().take(10);
    CHECK(sending.nack({ask_blocks(1, 4)}).zeros == 1);
    CHECK(sending.object.zeros().take(10) == std::vector<wire::BlockRange>{{1, 3}});
    CHECK(sending.send_repairs() == 10);  // the block behind them
    CHECK(sending.nack({ask_symbols(2, 10, 12)}).zeros == 1);
    CHECK(sending.object.zeros().take(10) == std::vector<wire::BlockRange>{{2, 2}});
    CHECK(sending.send_repairs() == 0);
}

TEST_CASE("many receivers that ask for the same blocks of zeros are told once",
          "[protocol][object_sender]") {
    Sending sending(4);
    sending.zeros(0, 40'000);
    REQUIRE(sending.object.pass_zeros(kNoEnd));
    (void)sending.object.zeros().take(10);
    const Buffer requests = requests_of({ask_blocks(0, 3)});
    const auto ask = [&](Duration after) {
        const Time now = sending.now + after;
        (void)sending.object.add_nack(requests, {.now = now, .horizon = now - milliseconds(10)});
        return !sending.object.zeros().take(10).empty();
    };
    CHECK(ask(milliseconds(0)));
    CHECK_FALSE(ask(milliseconds(1)));
    CHECK_FALSE(ask(milliseconds(20)));
    CHECK(ask(milliseconds(40)));
}

TEST_CASE("zeros that have not been passed over are not told to one that asks early",
          "[protocol][object_sender]") {
    Sending sending(4);
    sending.zeros(10'000, 40'000);
    sending.send_new();
    REQUIRE(sending.object.pass_zeros(20'000));
    (void)sending.object.zeros().take(10);
    CHECK(sending.nack({ask_blocks(0, 3)}).zeros == 1);
    CHECK(sending.object.zeros().take(10) == std::vector<wire::BlockRange>{{1, 1}});
}

TEST_CASE("a message names only so many ranges of zeros, and the next one the rest",
          "[protocol][object_sender]") {
    ZeroBlocks zeros;
    for (std::uint32_t block = 0; block < 10; block += 2) zeros.passed(block, block + 1);
    CHECK(zeros.take(3) == std::vector<wire::BlockRange>{{0, 0}, {2, 2}, {4, 4}});
    CHECK(zeros.take(3) == std::vector<wire::BlockRange>{{6, 6}, {8, 8}});
    CHECK_FALSE(zeros.waiting());
    zeros.passed(0, 10);
    zeros.passed(20, 30);
    CHECK(zeros.take(3, 15) == std::vector<wire::BlockRange>{{0, 9}, {20, 24}});
    CHECK(zeros.take(3, 15) == std::vector<wire::BlockRange>{{25, 29}});
}
