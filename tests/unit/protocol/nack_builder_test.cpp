// SPDX-License-Identifier: MIT
#include "protocol/receive/nack_builder.hpp"

#include <algorithm>
#include <vector>

#include "datagrams.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// A receiver of blocks of ten and ten (unless said otherwise), and the NACKs that it would send.
struct Asking {
    explicit Asking(std::uint32_t blocks, std::size_t parity_limit = 1000)
        : Asking(ten_by_ten(blocks), parity_limit) {}
    explicit Asking(ObjectParams params, std::size_t parity_limit = 1000)
        : object(params),
          table(params.partition(), params.parity, parity_limit),
          builder(params, params.partition()) {}

    void has(std::uint32_t block, std::vector<std::uint16_t> symbols) {
        for (const std::uint16_t s : symbols) (void)table.add(block, s);
    }
    void has_all_but(std::uint32_t block, std::vector<std::uint16_t> lost) {
        for (std::uint16_t s = 0; s < object.partition().block_length(block); ++s)
            if (std::ranges::find(lost, s) == lost.end()) (void)table.add(block, s);
    }
    std::vector<wire::RepairRequest> page() {
        Buffer out(page_size);
        return parse_requests(builder.build(table, out, rules()));
    }
    void advertised(std::uint32_t begin, std::uint32_t end, int looks = 100) {
        builder.advertised(table, begin, end, now, looks);
    }
    [[nodiscard]] Time next_due() { return builder.next_due(table, rules()); }
    [[nodiscard]] NackBuilder::Rules rules() const {
        return {.now = now,
                .holdoff = milliseconds(10),
                .unseen_holdoff = milliseconds(20),
                .symbol_time = symbol_time,
                .most_parity = most_parity,
                .large_group = large_group,
                .begin = 0,
                .end = static_cast<std::uint32_t>(object.partition().block_count())};
    }

    ObjectParams object;
    BlockTable table;
    NackBuilder builder;
    std::size_t page_size = 1400;
    Duration symbol_time{};
    std::size_t most_parity = SIZE_MAX;
    bool large_group = false;
    Time now{seconds(1000)};
};

using Requests = std::vector<wire::RepairRequest>;

wire::RepairRequest symbols(std::uint32_t block, std::uint16_t first, std::uint16_t last) {
    return ask_symbols(block, first, last);
}

}  // namespace

TEST_CASE("an advert of whole blocks silences across what is not missing whole",
          "[protocol][nack_builder]") {
    Asking asking(6);
    asking.has(2, {0, 1, 2});
    asking.has_all_but(3, {});
    asking.advertised(0, 2);
    asking.advertised(4, 5);
    CHECK(asking.page() == Requests{ask_symbols(2, 10, 16), ask_blocks(5, 5)});
}

TEST_CASE("an advert of blocks behind a gap does not silence the gap", "[protocol][nack_builder]") {
    Asking asking(6);
    asking.advertised(4, 6);
    CHECK(asking.page() == Requests{ask_blocks(0, 5)});
}

TEST_CASE("of what is advertised only so many blocks are looked at", "[protocol][nack_builder]") {
    Asking asking(4);
    for (std::uint32_t block = 0; block < 4; ++block) asking.has(block, {0, 1, 2});
    asking.advertised(0, 4, 2);
    CHECK(asking.page() == Requests{ask_symbols(2, 10, 16), ask_symbols(3, 10, 16)});
}

TEST_CASE("a gap that is too long to be looked through is not silenced",
          "[protocol][nack_builder]") {
    Asking asking(5);
    for (std::uint32_t block = 0; block < 4; ++block) asking.has(block, {0, 1, 2});
    asking.advertised(4, 5, 3);
    CHECK(asking.page().back() == ask_blocks(4, 4));
}

TEST_CASE("in a large group a block that is mostly missing is asked for whole",
          "[protocol][nack_builder]") {
    Asking asking(2);
    asking.large_group = true;
    asking.has(0, {0, 1, 2, 3});
    asking.has(1, {0, 1, 2, 3, 4});
    CHECK(asking.page() == Requests{ask_blocks(0, 0), ask_symbols(1, 10, 14)});
}

TEST_CASE("what is asked for is due when its hold-off is over", "[protocol][nack_builder]") {
    Asking asking(2);
    asking.has_all_but(0, {});
    asking.has_all_but(1, {3});
    CHECK(asking.next_due() <= asking.now);
    (void)asking.page();
    CHECK(asking.next_due() == asking.now + milliseconds(10));
    asking.has(1, {3});
    CHECK(asking.next_due() == kNever);
}

TEST_CASE("a receiver missing one symbol asks for one parity symbol only",
          "[protocol][nack_builder]") {
    Asking asking(2);
    asking.has_all_but(0, {4});
    asking.has_all_but(1, {});
    CHECK(asking.page() == Requests{symbols(0, 10, 10)});
}

TEST_CASE("parity that is held already is not asked for", "[protocol][nack_builder]") {
    Asking asking(1);
    asking.has(0, {0, 1, 2, 3, 4, 5, 11});  // lacks three, holds parity 1
    CHECK(asking.page() == Requests{symbols(0, 10, 10), symbols(0, 12, 13)});
}

TEST_CASE("one who lacks more than parity can mend asks for its highest sources as well",
          "[protocol][nack_builder]") {
    ObjectParams object = ten_by_ten(1);
    object.parity = 2;
    Asking asking(object);
    asking.has(0, {0, 1, 2, 7});  // lacks 3 4 5 6 8 9: two by parity, then 9 8 6 5
    CHECK(asking.page() == Requests{symbols(0, 10, 11), symbols(0, 5, 6), symbols(0, 8, 9)});
}

TEST_CASE("one whose parity memory is full asks for sources, which it has room for",
          "[protocol][nack_builder]") {
    Asking asking(2, 1);
    asking.has_all_but(0, {2, 3, 4});
    asking.has(0, {15});
    CHECK(asking.page() == Requests{symbols(0, 3, 4), ask_blocks(1, 1)});
}

TEST_CASE("blocks never heard of are one range", "[protocol][nack_builder]") {
    Asking asking(1000);
    asking.has_all_but(0, {});
    asking.has_all_but(999, {});
    CHECK(asking.page() == Requests{ask_blocks(1, 998)});
}

TEST_CASE("what waits for others to be sent is asked for again only after them",
          "[protocol][nack_builder]") {
    Asking asking(3);
    asking.symbol_time = milliseconds(10);
    asking.has_all_but(0, {2, 3, 4});
    asking.has_all_but(1, {7});
    asking.has_all_but(2, {});
    CHECK(asking.page() == Requests{symbols(0, 10, 12), symbols(1, 10, 10)});
    asking.now += milliseconds(10);
    CHECK(asking.page() == Requests{symbols(0, 10, 12)});
    asking.now += milliseconds(29);
    CHECK(asking.page() == Requests{symbols(0, 10, 12)});
    asking.now += milliseconds(1);
    CHECK(asking.page() == Requests{symbols(1, 10, 10)});
}

TEST_CASE("no more parity is asked for than can be held while it is incomplete",
          "[protocol][nack_builder]") {
    Asking asking(3);
    asking.most_parity = 2;
    for (std::uint32_t b = 0; b < 3; ++b) asking.has_all_but(b, {2, 3});
    CHECK(asking.page() == Requests{symbols(0, 10, 11), symbols(1, 10, 11)});
}

TEST_CASE("nothing is asked for twice within the hold-off", "[protocol][nack_builder]") {
    Asking asking(3);
    asking.has_all_but(0, {4});
    const Requests first = asking.page();
    CHECK(first == Requests{symbols(0, 10, 10), ask_blocks(1, 2)});
    CHECK(asking.page().empty());
    asking.now += milliseconds(9);
    CHECK(asking.page().empty());
    asking.now += milliseconds(1);
    CHECK(asking.page() == Requests{symbols(0, 10, 10)});
    asking.now += milliseconds(10);
    CHECK(asking.page() == first);
}

TEST_CASE("what does not fit a page is on the next, and nothing is on both",
          "[protocol][nack_builder]") {
    Asking asking(300);
    asking.page_size = 512;
    for (std::uint32_t b = 0; b < 300; ++b) asking.has_all_but(b, {1, 5});
    Requests all;
    int pages = 0;
    for (Requests page = asking.page(); !page.empty(); page = asking.page(), ++pages)
        all.insert(all.end(), page.begin(), page.end());
    REQUIRE(all.size() == 300);
    for (std::uint32_t b = 0; b < 300; ++b) CHECK(all[b] == symbols(b, 10, 11));
    CHECK(pages > 2);
}

TEST_CASE("a block is put on a page that has room for it, its request's header included",
          "[protocol][nack_builder]") {
    const auto asked = [](std::size_t room) {
        Asking asking(2);
        for (const std::uint32_t block : {0U, 1U}) asking.has_all_but(block, {3, 4});
        Buffer out(room);
        return asking.builder.build(asking.table, out, asking.rules()).size();
    };
    constexpr std::size_t kHeader = 4;
    const std::size_t all = asked(1400);
    CHECK(asked(all + kHeader) == all);
    CHECK(asked(all - 1) < all);
}

TEST_CASE("a block whose requests would be cut by the page's end moves to the next page whole",
          "[protocol][nack_builder]") {
    ObjectParams object = ten_by_ten(40);
    object.parity = 0;
    Asking asking(object);
    asking.page_size = 100;
    for (std::uint32_t b = 0; b < 40; ++b) asking.has_all_but(b, {1, 3, 5});
    std::vector<int> asked(40, 0);
    for (Requests page = asking.page(); !page.empty(); page = asking.page())
        for (const auto& request : page) ++asked[request.first.id.block];
    CHECK(asked == std::vector<int>(40, 3));
}

TEST_CASE("a block that no page has room for is asked for in part, not again and again",
          "[protocol][nack_builder]") {
    ObjectParams object{
        .id = ObjectId{7}, .size = 200'000, .segment_size = 1000, .block_size = 200, .parity = 0};
    Asking asking(object);
    asking.page_size = 512;
    std::vector<std::uint16_t> every_other;
    for (std::uint16_t s = 0; s < 200; s += 2) every_other.push_back(s);
    asking.has(0, every_other);
    CHECK(asking.page().size() > 40);
    CHECK(asking.page().empty());
}

TEST_CASE("a block of the small-block id says how long it is", "[protocol][nack_builder]") {
    ObjectParams object = ten_by_ten(1);
    object.fec_id = wire::FecId::small_block;
    Asking asking(object);
    asking.has_all_but(0, {4});
    const Requests page = asking.page();
    REQUIRE(page.size() == 1);
    CHECK(page[0].first.fec_id == wire::FecId::small_block);
    CHECK(page[0].first.id == wire::PayloadId{0, 10, 10});
}

TEST_CASE("nothing missing, nothing asked", "[protocol][nack_builder]") {
    Asking asking(2);
    asking.has_all_but(0, {});
    asking.has_all_but(1, {});
    CHECK(asking.page().empty());
}
