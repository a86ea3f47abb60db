// SPDX-License-Identifier: MIT
#include "protocol/send/repair_queue.hpp"

#include <array>
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

/// The repairs of a sender of blocks of ten and ten that has sent the first `sent` of them.
struct Repairing {
    explicit Repairing(std::uint32_t blocks, std::uint16_t parity = 10)
        : queue(ten_by_ten(blocks).partition(), parity), sent(blocks) {}

    void nack(const std::vector<wire::RepairRequest>& requests) { raw_nack(requests_of(requests)); }
    void raw_nack(const Buffer& requests) {
        outcome = queue.add_nack(requests, ObjectId{7},
                                 {.now = now,
                                  .aggregation = aggregation,
                                  .horizon = now - milliseconds(5),
                                  .least = least,
                                  .end_block = sent});
    }
    /// All repairs that are ready now: (block, ESI).
    std::vector<std::pair<std::uint32_t, unsigned>> repairs() {
        std::vector<std::pair<std::uint32_t, unsigned>> all;
        while (const auto symbol = queue.peek(now)) {
            all.emplace_back(symbol->block, symbol->symbol + (symbol->parity ? 10U : 0U));
            queue.pop(now);
        }
        return all;
    }

    RepairQueue queue;
    NackOutcome outcome;  ///< of the last NACK
    std::uint32_t sent;
    Duration aggregation{};
    std::uint16_t least = 0;
    Time now{seconds(1000)};
};

using Symbols = std::vector<std::pair<std::uint32_t, unsigned>>;

}  // namespace

TEST_CASE("the neediest receiver decides how much parity is sent", "[protocol][repair_queue]") {
    Repairing repair(1);
    repair.nack({ask_symbols(0, 10, 10)});
    repair.nack({ask_symbols(0, 10, 12)});
    repair.nack({ask_symbols(0, 10, 11)});
    CHECK(repair.repairs() == Symbols{{0, 10}, {0, 11}, {0, 12}});
}

TEST_CASE("a later request is answered by parity that nobody has seen yet",
          "[protocol][repair_queue]") {
    Repairing repair(1);
    repair.nack({ask_symbols(0, 10, 11)});
    CHECK(repair.repairs() == Symbols{{0, 10}, {0, 11}});
    repair.now += milliseconds(6);
    repair.nack({ask_symbols(0, 10, 11)});  // both repairs were lost on the way to this one
    CHECK(repair.repairs() == Symbols{{0, 12}, {0, 13}});
}

TEST_CASE("parity that was sent unasked is not fresh", "[protocol][repair_queue]") {
    Repairing repair(1);
    repair.queue.parity_sent(0, 2);
    repair.nack({ask_symbols(0, 10, 10)});
    CHECK(repair.repairs() == Symbols{{0, 12}});
}

TEST_CASE("once parity is used up each receiver gets just what it asked for",
          "[protocol][repair_queue]") {
    Repairing repair(1);
    repair.queue.parity_sent(0, 10);
    repair.nack({ask_symbols(0, 2, 2)});
    repair.nack({ask_symbols(0, 5, 6)});
    repair.nack({ask_symbols(0, 19, 19)});
    CHECK(repair.repairs() == Symbols{{0, 2}, {0, 5}, {0, 6}, {0, 19}});
}

TEST_CASE("what fresh parity does not cover is sent explicitly", "[protocol][repair_queue]") {
    Repairing repair(1);
    repair.queue.parity_sent(0, 8);  // 18 and 19 are left
    repair.nack({ask_symbols(0, 10, 13)});
    CHECK(repair.repairs() == Symbols{{0, 18}, {0, 19}, {0, 10}, {0, 11}});
}

TEST_CASE("without parity every receiver's loss is mended in one go", "[protocol][repair_queue]") {
    Repairing repair(1, 0);
    for (const std::uint16_t s : std::initializer_list<std::uint16_t>{1, 4, 8})
        repair.nack({ask_symbols(0, s, s)});
    CHECK(repair.repairs() == Symbols{{0, 1}, {0, 4}, {0, 8}});
}

TEST_CASE("a block that was just repaired is not repaired again within the hold-off",
          "[protocol][repair_queue]") {
    Repairing repair(1);
    repair.nack({ask_symbols(0, 10, 10)});
    CHECK(repair.repairs().size() == 1);
    repair.now += milliseconds(4);
    repair.nack({ask_symbols(0, 10, 10)});
    CHECK(repair.repairs().empty());
    CHECK(repair.queue.next_ready() == kNever);
    repair.now += milliseconds(2);
    repair.nack({ask_symbols(0, 10, 10)});
    CHECK(repair.repairs().size() == 1);
}

TEST_CASE("a late request is answered by what is on its way, and the rest of its need",
          "[protocol][repair_queue]") {
    Repairing repair(1);
    repair.nack({ask_symbols(0, 10, 11)});
    CHECK(repair.repairs() == Symbols{{0, 10}, {0, 11}});
    repair.now += milliseconds(4);          // less than the request was on its way
    repair.nack({ask_symbols(0, 10, 10)});  // enough is coming
    CHECK(repair.repairs().empty());
    repair.nack({ask_symbols(0, 10, 12)});  // one more than what is coming
    CHECK(repair.repairs() == Symbols{{0, 12}});
    CHECK(repair.queue.demand(0) == 3);
}

TEST_CASE("a block that is asked for is sent what it will be asked for in the end",
          "[protocol][repair_queue]") {
    Repairing repair(1);
    repair.least = 4;
    repair.nack({ask_symbols(0, 10, 11)});
    CHECK(repair.repairs().size() == 4);
    CHECK(repair.queue.demand(0) == 2);
    repair.nack({ask_symbols(0, 10, 13)});
    CHECK(repair.repairs().empty());
    repair.nack({ask_symbols(0, 10, 14)});
    CHECK(repair.repairs().size() == 1);
}

TEST_CASE("with a block that is sent whole goes what new ones get unasked",
          "[protocol][repair_queue]") {
    Repairing repair(5);
    repair.queue.set_proactive_symbols(2);
    repair.nack({ask_blocks(4, 4)});
    auto whole = repair.repairs();
    CHECK(whole.size() == 12);
    CHECK(whole.front() == std::pair(4U, 0U));
    CHECK(whole.back() == std::pair(4U, 11U));
    repair.now += milliseconds(6);
    repair.nack({ask_symbols(4, 10, 10)});
    CHECK(repair.repairs() == Symbols{{4, 12}});
}

TEST_CASE("what is pending is told, parity and whole blocks", "[protocol][repair_queue]") {
    Repairing repair(3);
    repair.aggregation = seconds(1);
    repair.nack({ask_symbols(0, 10, 12), ask_blocks(2, 2)});
    std::vector<std::array<unsigned, 4>> all;
    repair.queue.for_each_pending([&](unsigned first, unsigned last, unsigned begin, unsigned end) {
        all.push_back({first, last, begin, end});
        return true;
    });
    CHECK(all == std::vector<std::array<unsigned, 4>>{{0, 0, 0, 3}, {2, 2, 0, 0}});
}

TEST_CASE("requests wait for those of other receivers", "[protocol][repair_queue]") {
    Repairing repair(1);
    repair.aggregation = milliseconds(3);
    repair.nack({ask_symbols(0, 10, 10)});
    CHECK(repair.repairs().empty());
    CHECK_FALSE(repair.queue.ready(repair.now));
    CHECK(repair.queue.next_ready() == repair.now + milliseconds(3));
    repair.now += milliseconds(2);
    repair.nack({ask_symbols(0, 10, 12)});  // does not make it wait longer
    repair.now += milliseconds(1);
    CHECK(repair.repairs().size() == 3);
    CHECK(repair.queue.idle());
}

TEST_CASE("while a repair is under way it is ready at any time", "[protocol][repair_queue]") {
    Repairing repair(1);
    repair.nack({ask_symbols(0, 10, 12)});
    REQUIRE(repair.queue.peek(repair.now));
    repair.queue.pop(repair.now);
    CHECK_FALSE(repair.queue.idle());
    CHECK(repair.queue.ready(repair.now));
    CHECK(repair.queue.next_ready() <= repair.now);
}

TEST_CASE("blocks near the position are repaired whole and at once", "[protocol][repair_queue]") {
    Repairing repair(2);
    repair.nack({ask_blocks(0, 1)});
    const auto all = repair.repairs();
    REQUIRE(all.size() == 20);
    CHECK(all[0] == std::pair{0U, 0U});
    CHECK(all[19] == std::pair{1U, 9U});
    CHECK(repair.queue.catch_up_empty());
}

TEST_CASE("blocks far behind wait until new data is done", "[protocol][repair_queue]") {
    Repairing repair(1000);
    repair.nack({ask_blocks(0, 1)});
    CHECK(repair.queue.idle());
    CHECK_FALSE(repair.queue.catch_up_empty());
    repair.queue.take_catch_up(repair.now);
    CHECK(repair.repairs().size() == 10);
    repair.queue.take_catch_up(repair.now);
    const auto second = repair.repairs();
    REQUIRE(second.size() == 10);
    CHECK(second[0] == std::pair{1U, 0U});
    CHECK(repair.queue.catch_up_empty());
}

TEST_CASE("a block that is asked for again is served before those that were asked for later",
          "[protocol][repair_queue]") {
    Repairing repair(4);
    repair.nack({ask_symbols(0, 10, 10), ask_symbols(1, 10, 10), ask_symbols(2, 10, 10)});
    REQUIRE(repair.queue.peek(repair.now));
    repair.queue.pop(repair.now);
    repair.now += milliseconds(10);
    repair.nack({ask_symbols(0, 11, 11)});
    CHECK(repair.repairs() == Symbols{{0, 11}, {1, 10}, {2, 10}});
}

TEST_CASE("what has just been caught up on is not caught up on again", "[protocol][repair_queue]") {
    Repairing repair(1000);
    repair.nack({ask_blocks(0, 0)});
    repair.queue.take_catch_up(repair.now);
    CHECK(repair.repairs().size() == 10);
    repair.nack({ask_blocks(0, 0)});
    CHECK(repair.queue.catch_up_empty());
}

TEST_CASE("a request for the object is for its INFO and all that was sent",
          "[protocol][repair_queue]") {
    Repairing repair(4);
    repair.sent = 2;
    repair.nack({ask_object()});
    CHECK(repair.outcome.info_wanted);
    CHECK(repair.repairs().size() == 20);
}

TEST_CASE("what was not sent yet is not repaired", "[protocol][repair_queue]") {
    Repairing repair(10);
    repair.sent = 2;
    repair.nack({ask_symbols(2, 10, 10), ask_blocks(2, 9), ask_blocks(1, 9)});
    CHECK(repair.repairs().size() == 10);
    repair.sent = 0;
    repair.nack({ask_blocks(0, 9), ask_object()});
    CHECK(repair.queue.idle());
}

TEST_CASE("requests for another object are none of ours", "[protocol][repair_queue]") {
    Repairing repair(2);
    const ObjectId other{8};
    repair.nack({ask_symbols(0, 10, 10, other), ask_blocks(0, 1, other), ask_info(other)});
    CHECK(repair.queue.idle());
    CHECK_FALSE(repair.outcome.info_wanted);
}

TEST_CASE("symbols that no block has are not asked for", "[protocol][repair_queue]") {
    Repairing repair(1);
    repair.nack({ask_symbols(0, 20, 255)});
    CHECK(repair.queue.idle());
    repair.nack({ask_symbols(0, 19, 255)});
    CHECK(repair.repairs().size() == 1);
}

TEST_CASE("a malformed NACK is no request", "[protocol][repair_queue]") {
    Repairing repair(1);
    Buffer requests = requests_of({ask_symbols(0, 10, 10)});
    requests.pop_back();
    repair.raw_nack(requests);
    CHECK(repair.queue.idle());
}

TEST_CASE("requests for every block of a huge object take little memory and one answer each",
          "[protocol][repair_queue]") {
    constexpr std::uint32_t kBlocks = 1 << 20;
    Repairing repair(kBlocks);
    std::vector<wire::RepairRequest> requests(1000, ask_blocks(0, 0xffffff));
    for (int i = 0; i < 20; ++i) repair.nack(requests);
    CHECK(repair.repairs().size() == 20);  // two blocks near the position
    CHECK_FALSE(repair.queue.catch_up_empty());
}

TEST_CASE("what a hostile receiver can make wait is bounded", "[protocol][repair_queue]") {
    constexpr std::uint32_t kBlocks = 400'000;
    Repairing repair(kBlocks);
    repair.aggregation = seconds(1);
    for (std::uint32_t b = 0; b < kBlocks; b += 1000) {
        std::vector<wire::RepairRequest> requests;
        for (std::uint32_t i = 0; i < 1000; i += 2) {
            requests.push_back(ask_symbols(b + i, 0, 255));
            requests.push_back(ask_blocks(b + i + 1, b + i + 1));
        }
        repair.nack(requests);
    }
    CHECK(repair.queue.waiting() <= RepairQueue::kMaxWanted);
    CHECK(repair.queue.catch_up_ranges() <= RepairQueue::kMaxCatchUpRanges);
}
