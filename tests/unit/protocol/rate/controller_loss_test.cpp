// SPDX-License-Identifier: MIT
// Which losses have to do with the rate: random loss is learnt, with how it varies.
#include <algorithm>
#include <functional>

#include "protocol/rate/controller.hpp"
#include "sent_and_decide.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr MemberId kOne{MemberIndex{0}, NodeId{1}};
constexpr int kPackets = 100;  // of a report
/// Epochs at a rate that is used fully, told of in reports of a hundred packets.
struct Epochs {
    Epochs() { sent_and_decide(control, now, 0, 0, milliseconds(10), 1); }

    /// `lost(i)` packets of report i.
    void pass(const std::function<std::uint64_t(int)>& lost) {
        const auto bytes = static_cast<ByteCount>(control.rate().bytes_in(milliseconds(50)));
        now += milliseconds(50);
        for (int i = 0; i < reports; ++i) {
            control.on_sample(kOne, {.first = next,
                                     .expected = kPackets,
                                     .received = std::uint64_t{kPackets} - lost(i),
                                     .host_drops = 0,
                                     .backlog = 0,
                                     .rtt = rtt});
            next += kPackets;
        }
        sent_and_decide(control, now, next, bytes, milliseconds(10), 1);
    }
    void pass(int epochs, std::uint64_t lost_of_each) {
        for (int i = 0; i < epochs; ++i) pass([&](int) { return lost_of_each; });
    }
    [[nodiscard]] double mbps() const { return control.rate().bps() / 1e6; }

    RateController control{std::nullopt};
    Time now{seconds(1000)};
    std::int64_t next = 0;
    int reports = 20;  // of an epoch
    Duration rtt = milliseconds(1);
};

/// Twenty at a time, in that many of the reports.
std::function<std::uint64_t(int)> bursts(int reports) {
    return [reports](int i) { return i < reports ? 20U : 0U; };
}

}  // namespace

TEST_CASE("a little random loss is known after a few epochs", "[rate]") {
    Epochs epochs;
    epochs.pass(2, 1);
    CHECK(epochs.control.greatest_base() == Approx(0.01).margin(0.002));
}

TEST_CASE("where losses come in bursts twice as many are no congestion", "[rate]") {
    const bool random_bursts = GENERATE(true, false);
    Epochs epochs;
    for (int i = 0; i < 8; ++i)
        epochs.pass([&](int r) { return random_bursts ? bursts(5)(r) : 5; });
    const double before = epochs.mbps();
    if (random_bursts)
        epochs.pass(bursts(11));
    else
        epochs.pass(1, 11);
    CHECK((epochs.mbps() >= before) == random_bursts);
}

TEST_CASE("where losses come in bursts a bad moment is not judged by itself", "[rate]") {
    Epochs epochs;
    epochs.reports = 4;
    epochs.pass(8, 5);
    for (int i = 0; i < 60; ++i) epochs.pass(bursts(1));
    const double before = epochs.mbps();
    epochs.pass(bursts(3));
    CHECK(epochs.mbps() >= before);
}

TEST_CASE("who no longer loses in bursts is judged by few packets again", "[rate]") {
    Epochs epochs;
    for (int i = 0; i < 8; ++i) epochs.pass(bursts(5));
    epochs.pass(40, 1);
    epochs.pass(2, 60);  // so that there is a congested rate
    epochs.pass(4, 1);
    epochs.reports = 6;
    const double before = epochs.mbps();
    epochs.pass(3, 1);
    CHECK(epochs.mbps() > before);
}

TEST_CASE("a great loss is congestion even where losses come in bursts", "[rate]") {
    Epochs epochs;
    for (int i = 0; i < 8; ++i) epochs.pass(bursts(5));
    const double before = epochs.mbps();
    epochs.pass(1, 60);
    CHECK(epochs.mbps() < 0.6 * before);
}

TEST_CASE("a test of more than the baseline loss comes to an end", "[rate]") {
    Epochs epochs;
    epochs.pass(8, 5);
    const double before = epochs.mbps();
    epochs.pass(2, 9);
    CHECK(epochs.mbps() > 0.82 * before);  // it is cut for what is beyond the baseline
    epochs.pass(10, 9);
    CHECK(epochs.control.greatest_base() == Approx(0.09).margin(0.01));
    CHECK(epochs.mbps() > before);
}

TEST_CASE("a loss that began at a higher rate and stays after a cut is not cut for again and again",
          "[rate]") {
    Epochs epochs;
    epochs.pass(4, 0);
    const double before = epochs.mbps();
    REQUIRE(before > 4000);
    for (int i = 0; i < 10; ++i) {
        epochs.pass(1, 10);
        REQUIRE(epochs.mbps() > 0.6 * before);
    }
    CHECK(epochs.control.greatest_base() == Approx(0.1).margin(0.01));
}

TEST_CASE("the first cut is low enough for the loss test", "[rate]") {
    Epochs epochs;
    const double before = epochs.mbps();
    epochs.pass(1, 12);
    const double cut = epochs.mbps();
    CHECK(cut < before);
    epochs.pass(1, 12);
    CHECK(epochs.mbps() >= cut);
    epochs.pass(1, 12);
    CHECK(epochs.mbps() >= before);
}

TEST_CASE("a loss that a queue explains ends the test, and is not random", "[rate]") {
    const bool queue = GENERATE(true, false);
    Epochs epochs;
    epochs.pass(8, 1);
    const double before = epochs.mbps();
    epochs.pass(2, 6);  // a loss test is on
    REQUIRE(epochs.mbps() < before);
    epochs.rtt = milliseconds(queue ? 40 : 1);
    epochs.pass(1, 12);
    epochs.rtt = milliseconds(1);
    epochs.pass(2, 2);
    INFO("queue " << queue);
    CHECK((epochs.control.greatest_base() < 0.02) == queue);
}

TEST_CASE("no more lost than by chance is judged by as few packets as nothing lost", "[rate]") {
    Epochs epochs;
    epochs.pass(8, 1);
    epochs.pass(2, 60);  // so that there is a congested rate
    epochs.pass(4, 1);
    const double before = epochs.mbps();
    epochs.reports = 3;
    epochs.pass([](int r) { return r == 0 ? 1U : 2U; });
    CHECK(epochs.mbps() > before);
}
