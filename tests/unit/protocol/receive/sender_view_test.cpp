// SPDX-License-Identifier: MIT
#include "protocol/receive/sender_view.hpp"

#include "protocol/timestamp.hpp"
#include "support/catch.hpp"
#include "wire/norm/quantize.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Time kHeard = Time(seconds(1000));

wire::SenderFields fields(double grtt, std::uint8_t backoff, double group) {
    return {.instance = InstanceId{1},
            .grtt = wire::quantize_rtt(grtt),
            .backoff = backoff,
            .gsize = wire::quantize_gsize(group)};
}

wire::CmdCc probe(std::optional<double> rate) {
    wire::CmdCc probe;
    probe.cc_sequence = 7;
    probe.sent = {.seconds = 500, .microseconds = 0};
    if (rate) probe.send_rate = wire::quantize_rate(*rate);
    return probe;
}

}  // namespace

TEST_CASE("the longest back-off is K round trips, and requests are gathered for one more",
          "[protocol][sender_view]") {
    SenderView view;
    view.on_fields(fields(0.1, 4, 10));
    CHECK(to_seconds(view.grtt()) == Approx(0.1).epsilon(0.1));
    CHECK(view.backoff_time() == 4 * view.grtt());
    CHECK(view.gathering_time() == 5 * view.grtt());
}

TEST_CASE("a group is large from a hundred receivers on", "[protocol][sender_view]") {
    SenderView view;
    CHECK_FALSE(view.large_group());
    view.on_fields(fields(0.1, 4, 50));
    CHECK_FALSE(view.large_group());
    view.on_fields(fields(0.1, 4, 100));
    CHECK(view.large_group());
}

TEST_CASE("a round trip of nothing is taken as a microsecond", "[protocol][sender_view]") {
    SenderView view;
    view.on_fields({.instance = InstanceId{1}, .grtt = 0, .backoff = 0, .gsize = 0});
    CHECK(view.grtt() == std::chrono::microseconds(1));
}

TEST_CASE("reports come neither all the time nor never, whatever the sender asks",
          "[protocol][sender_view]") {
    SenderView view;
    view.set_report_interval(0);
    CHECK(view.report_interval() == milliseconds(5));
    view.set_report_interval(200'000);
    CHECK(view.report_interval() == milliseconds(200));
    view.set_report_interval(UINT32_MAX);
    CHECK(view.report_interval() == seconds(60));
}

TEST_CASE("a probe tells the rate, and how much is in flight by it", "[protocol][sender_view]") {
    SenderView view;
    CHECK_FALSE(view.send_rate());
    CHECK(view.time_to_send(1000) == Duration::zero());
    view.on_fields(fields(0.1, 0, 10));
    view.on_probe(probe(1e6), kHeard);
    REQUIRE(view.send_rate());
    CHECK(*view.send_rate() == Approx(1e6).epsilon(0.01));
    CHECK(view.bytes_in_flight() == Approx(1e6 * to_seconds(view.grtt())).epsilon(0.01));
    CHECK(to_seconds(view.time_to_send(1000)) == Approx(0.001).epsilon(0.01));
    CHECK(view.cc_sequence() == 7);
}

TEST_CASE("a probe without a rate leaves what is in flight as it was", "[protocol][sender_view]") {
    SenderView view;
    view.on_probe(probe(1e6), kHeard);
    const double before = view.bytes_in_flight();
    REQUIRE(before > 0);
    view.on_probe(probe(std::nullopt), kHeard);
    CHECK_FALSE(view.send_rate());
    CHECK(view.bytes_in_flight() == before);
}

TEST_CASE("a sender of hardly any rate keeps nobody waiting for more than a second a symbol",
          "[protocol][sender_view]") {
    SenderView view;
    view.on_probe(probe(10), kHeard);
    CHECK(view.time_to_send(1000) == seconds(1));
}

TEST_CASE(
    "what all of a group say takes a share of the rate, of a slow sender's as of one that "
    "any line bears",
    "[protocol][sender_view]") {
    SenderView view;
    view.on_fields(fields(0.1, 4, 1000));
    const double at_first = to_seconds(view.for_all(100, 0.01));
    CHECK(at_first == Approx(view.group_size() * 100 / 1e5));
    view.on_probe(probe(1e5), kHeard);
    CHECK(to_seconds(view.for_all(100, 0.01)) == Approx(at_first));
    view.on_probe(probe(1e8), kHeard);
    CHECK(to_seconds(view.for_all(100, 0.01)) == Approx(at_first / 10).epsilon(0.01));
}

TEST_CASE("an answer to a probe is its time and the time that it was held",
          "[protocol][sender_view]") {
    SenderView view;
    CHECK_FALSE(view.response(kHeard));
    CHECK(view.grtt_response(kHeard).none());
    view.on_probe(probe(1e6), kHeard);
    REQUIRE(view.response(kHeard + milliseconds(30)));
    CHECK(*view.response(kHeard + milliseconds(30)) ==
          from_timestamp({.seconds = 500, .microseconds = 0}) + milliseconds(30));
    CHECK_FALSE(view.grtt_response(kHeard).none());
}
