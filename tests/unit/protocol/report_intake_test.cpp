// SPDX-License-Identifier: MIT
#include "protocol/send/report_intake.hpp"

#include <array>

#include "support/catch.hpp"
#include "with_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;

namespace {

/// Two receivers, and half of the object is sent.
struct Reported : WithParts {
    Reported() : WithParts(2, sender_config(100)) {
        start();
        send(50);
    }
    void report(std::uint32_t node, const wire::Report& report) {
        intake.on_report(now, member(node), report);
    }

    SenderClock clock{parts, kBegin};
    ReportIntake intake{parts, clock};
};

}  // namespace

TEST_CASE("a report says what a receiver has, at most the object", "[protocol][report_intake]") {
    Reported reported;
    reported.report(1, {.bytes_done = 300'000});
    CHECK(reported.member(1).bytes_done == 300'000);
    reported.report(1, {.bytes_done = UINT64_MAX});
    CHECK(reported.member(1).bytes_done == 1'000'000);
    reported.report(1, {.bytes_done = 200'000});
    CHECK(reported.member(1).bytes_done == 200'000);
    CHECK(reported.member(1).bytes_reached == 1'000'000);
}

TEST_CASE("a window counts from the block that comes next, and never moves back",
          "[protocol][report_intake]") {
    Reported reported;
    reported.report(1, {.window_end = 505'000});
    CHECK_FALSE(reported.member(1).paces);
    reported.report(1, {.window_end = 510'000});
    CHECK(reported.member(1).paces);
    CHECK(reported.parts.group.window_end() == 510'000);
    reported.report(1, {.window_end = 505'000});
    CHECK(reported.parts.group.window_end() == 510'000);
}

TEST_CASE("the cause that keeps a receiver back is seen in its report",
          "[protocol][report_intake]") {
    Reported reported;
    const auto cause = [&](const wire::Report& report) {
        reported.report(1, report);
        return reported.member(1).limited_by;
    };
    CHECK(cause({}) == LimitedBy::none);
    CHECK(cause({.backlog = 51, .backlog_limit = 100}) == LimitedBy::disk);
    CHECK(cause({.host_drops = 1, .backlog = 50, .backlog_limit = 100}) == LimitedBy::host);
    CHECK(cause({.host_drops = 1}) == LimitedBy::none);
}

TEST_CASE("a full backlog is trouble as of many requests", "[protocol][report_intake]") {
    Reported reported;
    reported.report(1, {.backlog = 60, .backlog_limit = 100});
    CHECK(reported.parts.reporters.nack_score(reported.member(1)) == 20);
}

TEST_CASE("a receiver has verified what was sent, not before and nothing else",
          "[protocol][report_intake]") {
    Reported reported;
    reported.digest_all();
    reported.intake.on_verified(reported.now, reported.member(1), kRoot);
    CHECK(reported.member(1).in_progress());
    reported.send(100);
    reported.intake.on_verified(reported.now, reported.member(1), kRoot);
    CHECK(reported.member(1).state == State::success);
    const std::array<std::uint8_t, 16> other{9};
    reported.intake.on_verified(reported.now, reported.member(2), other);
    CHECK(reported.member(2).state == State::failure);
    REQUIRE(reported.member(2).error);
    CHECK(reported.member(2).error->code == ErrorCode::integrity);
    CHECK(reported.parts.stage.ending());
}

TEST_CASE("counters that go back count nothing", "[protocol][report_intake]") {
    Reported reported;
    for (int i = 0; i < 100; ++i) (void)reported.parts.history.take();
    reported.report(1, {.packets_received = 90, .packets_expected = 100});
    reported.report(1, {.packets_received = 40, .packets_expected = 50});
    CHECK(reported.member(1).packets_expected == 100);
    CHECK(reported.member(1).packets_received == 90);
}

TEST_CASE("a program can be at work only where all content is", "[protocol][report_intake]") {
    Reported reported;
    reported.report(1, {.bytes_done = 999'999, .reader_at_work = true});
    CHECK_FALSE(reported.member(1).reader_at_work);
    reported.report(1, {.bytes_done = 1'000'000, .reader_at_work = true});
    CHECK(reported.member(1).reader_at_work);
    reported.report(1, {.bytes_done = 1'000'000});
    CHECK_FALSE(reported.member(1).reader_at_work);
}
