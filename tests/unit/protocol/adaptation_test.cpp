// SPDX-License-Identifier: MIT
#include <cstdint>

#include "base/rng.hpp"
#include "protocol/feedback_budget.hpp"
#include "protocol/send/proactive_parity.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// Blocks whose demand is anything from `least` to `most`, alike; what was sent with each is what
// the control said.
ProactiveParity after_blocks(int count, std::uint16_t least, std::uint16_t most) {
    ProactiveParity control;
    Rng rng(7);
    for (int i = 0; i < count; ++i) {
        const auto demand = static_cast<std::uint16_t>(least + rng.below(most - least + 1U));
        control.on_block(control.typical(), demand);
    }
    return control;
}

// NACKs take that part of what is sent, for that many seconds.
void passes(FeedbackBudget& budget, Time& now, double part, int seconds_long, std::size_t n) {
    for (int i = 0; i < 10 * seconds_long; ++i) {
        now += milliseconds(100);
        budget.on_sent(1'000'000);
        budget.on_nack(static_cast<ByteCount>(part * 1e6));
        budget.update(now, milliseconds(10), n);
    }
}

}  // namespace

TEST_CASE("without loss no parity is sent unasked", "[protocol][parity_control]") {
    const auto control = after_blocks(200, 0, 0);
    CHECK(control.typical() == 0);
    CHECK(control.tail(1) == 0);
}

TEST_CASE("what blocks need is sent with them before it is asked for",
          "[protocol][parity_control]") {
    const auto control = after_blocks(500, 10, 20);
    CHECK(control.typical() >= 11);
    CHECK(control.typical() <= 17);
    CHECK(control.tail(1) >= 18);
    CHECK(control.tail(1) <= 23);
}

TEST_CASE("the more blocks are the last ones the more goes with each",
          "[protocol][parity_control]") {
    const auto control = after_blocks(500, 10, 20);
    CHECK(control.tail(10) == control.tail(1));
    CHECK(control.tail(500) > control.tail(1));
}

TEST_CASE("a loss that has gone is no longer paid for", "[protocol][parity_control]") {
    auto control = after_blocks(500, 10, 20);
    for (int i = 0; i < 200; ++i) control.on_block(control.typical(), 0);
    CHECK(control.typical() == 0);
}

TEST_CASE("that all parity was needed says no more than that it sufficed",
          "[protocol][parity_control]") {
    auto all = after_blocks(500, 10, 20);
    auto none = all;
    for (int i = 0; i < 5; ++i) {
        all.on_block(all.typical(), all.typical());
        none.on_block(none.typical(), 0);
    }
    CHECK(all.typical() == none.typical());
    CHECK(all.typical() < after_blocks(500, 10, 20).typical());
}

TEST_CASE("the first requests of a large group count at once, those of a few do not",
          "[protocol][parity_control]") {
    ProactiveParity many;
    many.on_request(20, 50);
    CHECK(many.typical() >= 15);
    ProactiveParity few;
    few.on_request(20, 49);
    CHECK(few.typical() == 0);
}

TEST_CASE("a handful of receivers asks at once", "[protocol][feedback_budget]") {
    FeedbackBudget budget;
    Time now(seconds(1000));
    passes(budget, now, 0.0005, 5, 8);
    CHECK(budget.factor(false, 8) == 0);
}

TEST_CASE("requests that cost too much are spread further, as far as the wire can say",
          "[protocol][feedback_budget]") {
    FeedbackBudget budget;
    Time now(seconds(1000));
    passes(budget, now, 0.05, 1, 100);
    CHECK(budget.factor(false, 100) > 2);
    passes(budget, now, 0.05, 20, 100);
    CHECK(budget.factor(false, 100) == FeedbackBudget::kMaxFactor);
    passes(budget, now, 0.0001, 60, 100);
    CHECK(budget.factor(false, 100) == FeedbackBudget::least(100));
}

TEST_CASE("at the end all may ask at once, if that is little beside what was sent",
          "[protocol][feedback_budget]") {
    FeedbackBudget budget;
    Time now(seconds(1000));
    passes(budget, now, 0.002, 10, 600);  // 100 MB
    CHECK(budget.factor(false, 600) >= 6);
    CHECK(budget.factor(true, 600) == 1);
    CHECK(budget.factor(true, 20'000) >= 6);
}
