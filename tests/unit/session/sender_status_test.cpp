// SPDX-License-Identifier: MIT
#include "session/send/sender_status.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace std::chrono_literals;
using protocol::Member;

namespace {

constexpr ByteCount kSize = 1000;

Member member(std::uint32_t node, ByteCount done) {
    Member p;
    p.node = NodeId{node};
    p.bytes_done = p.bytes_reached = done;
    p.joined = Time(100s);
    p.reported = Time(109s);
    return p;
}

Member failed(std::uint32_t node) {
    Member p = member(node, 10);
    p.state = State::failure;
    p.error = protocol::MemberError{.code = ErrorCode::no_space, .message = "full"};
    return p;
}

SenderSnapshot picture(std::span<const Member> members) {
    return {.receivers = members,
            .size = kSize,
            .progress_size = kSize,
            .position = 800,
            .rate = DataRate::bytes_per_second(100),
            .started = true,
            .first_pass_done = false};
}

std::vector<ReceiverStatus> shown(std::span<const Member> members) {
    std::vector<ReceiverStatus> out;
    update_receivers(picture(members), Time(110s), [](NodeId) { return "10.0.0.12"; }, out);
    return out;
}

}  // namespace

TEST_CASE("the sender is as far as its slowest receiver", "[session]") {
    const std::vector members{member(1, 900), member(2, 300)};
    CHECK(slowest_done(picture(members)) == 300);
}

TEST_CASE("a receiver that is detached, not counted or failed does not hold the progress back",
          "[session]") {
    std::vector members{member(1, 900), member(2, 300), member(3, 200), failed(4)};
    members[1].attached = false;
    members[2].counted = false;
    CHECK(slowest_done(picture(members)) == 900);
}

TEST_CASE("without receivers there is no progress", "[session]") {
    CHECK(slowest_done(picture({})) == 0);
    const std::vector members{failed(1)};
    CHECK(slowest_done(picture(members)) == 0);
}

TEST_CASE("a verified receiver has everything, whatever its last report said", "[session]") {
    std::vector members{member(1, 900)};
    members[0].state = State::success;
    CHECK(slowest_done(picture(members)) == kSize);
}

TEST_CASE("the phase is waiting, then transferring, then verifying when all have all bytes",
          "[session]") {
    std::vector members{member(1, 1000), member(2, 990)};
    auto seen = picture(members);
    seen.started = false;
    CHECK(sender_phase(seen) == Phase::waiting);
    seen.started = true;
    CHECK(sender_phase(seen) == Phase::transferring);
    seen.first_pass_done = true;
    CHECK(sender_phase(seen) == Phase::transferring);
    members[1].bytes_done = 1000;
    CHECK(sender_phase(seen) == Phase::verifying);
}

TEST_CASE("a receiver is shown with id, address, ages and lag", "[session]") {
    const std::vector members{member(0x0a4d0002, 300)};
    const auto out = shown(members);
    REQUIRE(out.size() == 1);
    CHECK(out[0].id == "0a4d0002");
    CHECK(out[0].address == "10.0.0.12");
    CHECK(out[0].percent == 30);
    CHECK(out[0].lag_s == Approx(5));
    CHECK(out[0].joined_s == Approx(10));
    CHECK(out[0].report_age_s == Approx(1));
    CHECK_FALSE(out[0].error);
}

TEST_CASE("a failed receiver keeps the percent that it reached, with its error and what it had",
          "[session]") {
    std::vector members{failed(1)};
    members[0].bytes_reached = 430;
    const auto out = shown(members);
    CHECK(out[0].state == State::failure);
    CHECK(out[0].percent == 43);
    CHECK(out[0].error->code == ErrorCode::no_space);
    CHECK(out[0].bytes_done == 10);
    CHECK(out[0].lag_s == 0);
    CHECK_FALSE(out[0].verified);
}

TEST_CASE("a failed session shows what the slowest has for whom it failed, and the best",
          "[session]") {
    std::vector members{member(1, 900), failed(2), member(3, 500)};
    auto seen = picture(members);
    seen.failed = true;
    CHECK(slowest_done(seen) == 500);  // it was cancelled while they were waited for
    CHECK(best_done(seen) == 900);
    for (auto& p : members)
        if (p.in_progress()) p.state = State::success;
    CHECK(slowest_done(seen) == 10);
    CHECK(best_done(seen) == kSize);
}

TEST_CASE("a receiver's percent does not fall when it fetches a chunk again", "[session]") {
    std::vector members{member(1, 500)};
    auto out = shown(members);
    members[0].bytes_done = 400;
    update_receivers(picture(members), Time(111s), [](NodeId) { return ""; }, out);
    CHECK(out[0].percent == 50);
    CHECK(out[0].bytes_done == 400);
}

TEST_CASE("only a receiver that has compared the digests is shown as verified", "[session]") {
    std::vector members{member(1, 500)};
    CHECK_FALSE(shown(members)[0].verified);
    members[0].state = State::success;
    CHECK(shown(members)[0].verified);
    members[0].plain = true;
    CHECK_FALSE(shown(members)[0].verified);
}

TEST_CASE("one from whom nothing is heard is shown as gone, and not attached", "[session]") {
    std::vector members{member(1, 500)};
    members[0].limited_by = LimitedBy::gone;
    CHECK_FALSE(shown(members)[0].attached);
    CHECK_FALSE(shown(members)[0].cause);
}

TEST_CASE("the one that paces is shown in its trouble although its reports are good", "[session]") {
    const std::vector members{member(1, 500), member(2, 500)};
    auto seen = picture(members);
    seen.pace = protocol::Pace{NodeId{2}, LimitedBy::network, Cause::link};
    std::vector<ReceiverStatus> out;
    update_receivers(seen, Time(110s), [](NodeId) { return ""; }, out);
    CHECK(out[0].limited_by == LimitedBy::none);
    CHECK_FALSE(out[0].cause);
    CHECK(out[1].limited_by == LimitedBy::network);
    CHECK(out[1].cause == Cause::link);
}

TEST_CASE("the progress of a stream's receiver is that of the size that is expected",
          "[session][stream]") {
    const std::vector members{member(1, 500)};
    SenderSnapshot stream = picture(members);
    stream.size = UINT64_MAX;
    const auto percent = [&](std::optional<ByteCount> expected) {
        stream.progress_size = expected;
        return row_of(members[0], stream, Time(110s), "10.0.0.12").percent;
    };
    CHECK(percent({}) == 0);
    CHECK(percent(2000) == 25);
    CHECK(percent(100) == 99);
}
