// SPDX-License-Identifier: MIT
#include "protocol/receive/nack_cycle.hpp"

#include <algorithm>

#include "core_harness.hpp"
#include "support/catch.hpp"
#include "wire/norm/quantize.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// A receiver of ten blocks of ten and ten, of which it holds nothing at first.
struct Asking {
    explicit Asking(std::uint8_t backoff = 0, double group = 10, bool late = false) {
        cycle.begin(object, object.partition(), late);
        sender.on_fields({.instance = kInstance,
                          .grtt = wire::quantize_rtt(0.1),
                          .backoff = backoff,
                          .gsize = wire::quantize_gsize(group)});
    }

    void has_all_but(std::uint32_t block, std::vector<std::uint16_t> lost) {
        for (std::uint16_t s = 0; s < 10; ++s)
            if (std::ranges::find(lost, s) == lost.end()) (void)table.add(block, s);
    }
    [[nodiscard]] NackCycle::Conditions conditions() const {
        return {.now = now, .sender = sender, .loss = loss, .window_end = window_end};
    }
    std::optional<Time> start() { return cycle.start(table, conditions(), rng); }
    /// Whether the page asks for anything, and what follows.
    NackCycle::Page page() {
        Buffer out(1400);
        const auto page = cycle.build(table, out, conditions());
        requests = parse_requests(page.requests);
        return page;
    }

    ObjectParams object = ten_by_ten(10);
    BlockTable table{object.partition(), object.parity, 1000};
    SenderView sender;
    LossMeter loss;
    NackCycle cycle;
    std::uint32_t window_end = 10;
    Rng rng{1};
    Time now = kBegin;
    std::vector<wire::RepairRequest> requests;
};

}  // namespace

TEST_CASE("new data passes blocks, a repeat of older data does not", "[protocol][nack_cycle]") {
    Asking asking;
    CHECK_FALSE(asking.cycle.on_new_data(0));
    CHECK_FALSE(asking.cycle.lacks_passed(asking.table));
    CHECK(asking.cycle.on_new_data(2));
    CHECK(asking.cycle.position() == 2);
    CHECK(asking.cycle.lacks_passed(asking.table));
    CHECK_FALSE(asking.cycle.on_new_data(1));
    CHECK(asking.cycle.position() == 2);
}

TEST_CASE("a flush passes its block too, is news once, and ends with new data",
          "[protocol][nack_cycle]") {
    Asking asking;
    (void)asking.cycle.on_new_data(4);
    CHECK(asking.cycle.on_flush(4));
    CHECK(asking.cycle.position() == 5);
    CHECK(asking.cycle.flushed());
    CHECK_FALSE(asking.cycle.passed_all());
    CHECK_FALSE(asking.cycle.on_flush(4));
    (void)asking.cycle.on_new_data(5);
    CHECK_FALSE(asking.cycle.flushed());
    CHECK(asking.cycle.on_flush(UINT32_MAX));
    CHECK(asking.cycle.position() == 10);
    CHECK(asking.cycle.passed_all());
}

TEST_CASE("without a back-off a cycle ends at once, and the next one half a gathering later",
          "[protocol][nack_cycle]") {
    Asking asking;
    (void)asking.cycle.on_new_data(2);
    CHECK(asking.start() == asking.now);
    CHECK(asking.cycle.on_timer(asking.table, asking.conditions()));
    asking.cycle.on_sent(asking.now);
    CHECK(asking.start() == asking.now + asking.cycle.spacing(asking.sender));
    CHECK(asking.cycle.spacing(asking.sender) == asking.sender.grtt() / 2);
}

TEST_CASE("with a back-off a cycle is random, and begins only when something is missing",
          "[protocol][nack_cycle]") {
    Asking asking(4);
    CHECK_FALSE(asking.start());
    asking.has_all_but(0, {3});
    (void)asking.cycle.on_new_data(1);
    std::vector<Time> drawn;
    for (int i = 0; i < 5; ++i) drawn.push_back(asking.start().value());
    std::ranges::sort(drawn);
    CHECK(drawn.front() >= asking.now);
    CHECK(drawn.back() <= asking.now + asking.sender.backoff_time());
    CHECK(std::ranges::adjacent_find(drawn) == drawn.end());
}

TEST_CASE("what the cycle began for may have come since", "[protocol][nack_cycle]") {
    Asking asking(4);
    asking.has_all_but(0, {3});
    (void)asking.cycle.on_new_data(1);
    REQUIRE(asking.start());
    (void)asking.table.add(0, 3);
    (void)asking.cycle.on_new_data(2);  // block 1 was lost later
    CHECK_FALSE(asking.cycle.on_timer(asking.table, asking.conditions()));
}

TEST_CASE("a page asks for what was passed when the cycle began, and then for another cycle",
          "[protocol][nack_cycle]") {
    Asking asking;
    asking.has_all_but(0, {3});
    (void)asking.cycle.on_new_data(1);
    REQUIRE(asking.start());
    asking.has_all_but(1, {4});
    (void)asking.cycle.on_new_data(2);
    const auto first = asking.page();
    REQUIRE(asking.requests.size() == 1);
    CHECK(asking.requests[0].first.id.block == 0);
    CHECK_FALSE(first.last);
    const auto second = asking.page();
    CHECK(second.requests.empty());
    CHECK(second.last);
    CHECK(second.again);
}

TEST_CASE("nothing is asked for beyond the window", "[protocol][nack_cycle]") {
    Asking asking;
    asking.window_end = 1;
    (void)asking.cycle.on_new_data(5);
    REQUIRE(asking.start());
    (void)asking.page();
    REQUIRE(asking.requests.size() == 1);
    CHECK(asking.requests[0].last.id.block == 0);
}

TEST_CASE("a late joiner of a large group asks for nothing of before until all has been sent",
          "[protocol][nack_cycle]") {
    Asking asking(4, 1000, true);
    asking.has_all_but(0, {3});  // of a repair for others
    (void)asking.cycle.on_new_data(4);
    asking.has_all_but(6, {3});
    (void)asking.cycle.on_new_data(8);
    REQUIRE(asking.start());
    (void)asking.page();
    REQUIRE(asking.requests.size() == 1);
    CHECK(asking.requests[0].first.id.block == 6);
    (void)asking.cycle.on_flush(9);
    asking.now += seconds(10);
    REQUIRE(asking.start());
    (void)asking.page();
    REQUIRE_FALSE(asking.requests.empty());
    CHECK(asking.requests[0].first.id.block == 0);
}

TEST_CASE("only a few ask on with each repair, and only once all has been sent",
          "[protocol][nack_cycle]") {
    Asking few;
    CHECK_FALSE(few.cycle.asks_at_repairs(few.sender));
    (void)few.cycle.on_flush(9);
    CHECK(few.cycle.asks_at_repairs(few.sender));
    Asking many(0, 100);
    (void)many.cycle.on_flush(9);
    CHECK_FALSE(many.cycle.asks_at_repairs(many.sender));
    Asking patient(4);
    (void)patient.cycle.on_flush(9);
    CHECK_FALSE(patient.cycle.asks_at_repairs(patient.sender));
}

TEST_CASE("a repair that was not asked for by us renews no hold-off, but shortens it",
          "[protocol][nack_cycle]") {
    Asking asking;
    BlockTable::Partial partial;
    partial.asked = asking.now - milliseconds(10);
    asking.cycle.on_repair(partial, asking.conditions());
    CHECK(partial.asked == asking.now - milliseconds(10));
    partial.asked = asking.now - seconds(1);
    asking.cycle.on_repair(partial, asking.conditions());
    CHECK(partial.asked < asking.now);
    CHECK(partial.asked > asking.now - seconds(1));
    Asking patient(4);
    patient.cycle.on_repair(partial, patient.conditions());
    CHECK(partial.asked == patient.now);
}

TEST_CASE("an advert that suffices for a block counts as having asked for it",
          "[protocol][nack_cycle]") {
    Asking asking;
    asking.has_all_but(0, {3, 4});
    asking.has_all_but(1, {3, 4});
    const Buffer pending = requests_of({ask_symbols(0, 10, 11), ask_symbols(1, 10, 10)});
    wire::CmdRepairAdv repair_adv;
    repair_adv.requests = pending;
    asking.cycle.on_repair_adv(asking.table, repair_adv, asking.now);
    CHECK(asking.table.find(0)->asked == asking.now);
    CHECK(asking.table.find(1)->asked == Time{});
}
