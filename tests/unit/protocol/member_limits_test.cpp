// SPDX-License-Identifier: MIT
#include "protocol/send/member_limits.hpp"

#include "support/catch.hpp"
#include "with_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

using Why = MemberError::Why;

constexpr Duration kLimit = seconds(30);

MemberError timed_out(Why why, LimitedBy cause = LimitedBy::none) {
    return {.code = ErrorCode::timed_out, .why = why, .cause = cause};
}

/// The first of two receivers is checked after a while in which it was heard.
struct Limited : WithParts {
    Limited() : WithParts(2) {}
    void check_after(Duration passed) {
        at(kBegin + passed);
        member(1).heard = member(1).reported = now;
        parts.limits.check(now, member(1));
    }
    [[nodiscard]] std::optional<MemberError> failure() { return member(1).error; }
};

}  // namespace

TEST_CASE("a receiver that is silent beyond the limit is lost", "[protocol][member_limits]") {
    Limited limited;
    limited.start();
    limited.at(kBegin + kLimit);
    limited.parts.limits.check(limited.now, limited.member(1));
    CHECK(limited.member(1).in_progress());
    limited.at(kBegin + kLimit + milliseconds(1));
    limited.parts.limits.check(limited.now, limited.member(1));
    CHECK(limited.failure() ==
          MemberError{.code = ErrorCode::receiver_lost, .why = Why::silent, .silence = kLimit});
    CHECK(limited.member(1).counted);
}

TEST_CASE("a receiver that is lost before data flows never counted", "[protocol][member_limits]") {
    Limited limited;
    limited.at(kBegin + kLimit + milliseconds(1));
    limited.parts.limits.check(limited.now, limited.member(1));
    CHECK_FALSE(limited.member(1).in_progress());
    CHECK_FALSE(limited.member(1).counted);
}

TEST_CASE("a receiver that lacks what was sent stands still", "[protocol][member_limits]") {
    Limited limited;
    limited.start();
    limited.send(1);
    limited.check_after(kLimit);
    CHECK(limited.member(1).in_progress());
    limited.check_after(kLimit + milliseconds(1));
    CHECK(limited.failure() == timed_out(Why::stands_still));
}

TEST_CASE("the cause of a standstill is told", "[protocol][member_limits]") {
    Limited limited;
    limited.start();
    limited.send(1);
    limited.member(1).limited_by = LimitedBy::disk;
    limited.check_after(kLimit + milliseconds(1));
    CHECK(limited.failure() == timed_out(Why::stands_still, LimitedBy::disk));
}

TEST_CASE("a receiver that has what was sent waits for us", "[protocol][member_limits]") {
    Limited limited;
    limited.start();
    limited.send(1);
    limited.member(1).bytes_reached = 10'000;
    limited.check_after(2 * kLimit);
    CHECK(limited.member(1).in_progress());
}

TEST_CASE("a receiver that was left behind stands still only without others",
          "[protocol][member_limits]") {
    Limited limited;
    limited.start();
    limited.send(1);
    limited.member(1).attached = false;
    limited.parts.group.recount();
    limited.check_after(2 * kLimit);
    CHECK(limited.member(1).in_progress());
    limited.member(2).attached = false;
    limited.parts.group.recount();
    limited.check_after(4 * kLimit);
    CHECK_FALSE(limited.member(1).in_progress());
}

TEST_CASE("a receiver that has all owes its outcome once it has the digests",
          "[protocol][member_limits]") {
    Limited limited;
    limited.start();
    limited.send(4);
    limited.member(1).bytes_reached = limited.parts.config.object.size;
    limited.check_after(2 * kLimit);
    CHECK(limited.member(1).in_progress());
    limited.digest_all();
    limited.check_after(4 * kLimit);
    CHECK(limited.failure() == timed_out(Why::unverified));
}

TEST_CASE("a program that took the content may need any time to end", "[protocol][member_limits]") {
    Limited limited;
    limited.start();
    limited.send(4);
    limited.digest_all();
    limited.member(1).bytes_reached = limited.parts.config.object.size;
    limited.member(1).reader_at_work = true;
    limited.check_after(10 * kLimit);
    CHECK(limited.member(1).in_progress());
    // From then on it owes its outcome as any other.
    limited.member(1).reader_at_work = false;
    limited.check_after(11 * kLimit);
    CHECK(limited.member(1).in_progress());
    limited.check_after(11 * kLimit + milliseconds(1));
    CHECK(limited.failure() == timed_out(Why::unverified));
}

TEST_CASE("a receiver that waits for a program is still lost when it is silent",
          "[protocol][member_limits]") {
    Limited limited;
    limited.start();
    limited.member(1).reader_at_work = true;
    limited.at(kBegin + kLimit + milliseconds(1));
    limited.parts.limits.check(limited.now, limited.member(1));
    CHECK_FALSE(limited.member(1).in_progress());
}

TEST_CASE("a plain receiver has as long after the last data", "[protocol][member_limits]") {
    Limited limited;
    limited.start();
    limited.member(1).plain = true;
    limited.check_after(2 * kLimit);
    CHECK(limited.member(1).in_progress());
    limited.send(4);
    limited.parts.timing.on_data(limited.now, 40'000);
    limited.check_after(3 * kLimit);
    CHECK(limited.member(1).in_progress());
    limited.check_after(3 * kLimit + milliseconds(1));
    CHECK(limited.failure() == timed_out(Why::unacknowledged));
}
