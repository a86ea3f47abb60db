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

constexpr Duration kLimit = seconds(30);

/// The first of two receivers is checked after a while in which it was heard.
struct Limited : WithParts {
    Limited() : WithParts(2) {}
    void check_after(Duration passed) {
        at(kBegin + passed);
        member(1).heard = member(1).reported = now;
        parts.limits.check(now, member(1));
    }
    [[nodiscard]] std::string failure() {
        const Member& one = member(1);
        return one.error ? one.error->message : "";
    }
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
    CHECK(limited.failure() == "nothing was heard from it for 30 s");
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
    CHECK(limited.failure() == "it reports, but nothing new reaches it");
}

TEST_CASE("the cause of a standstill is told", "[protocol][member_limits]") {
    Limited limited;
    limited.start();
    limited.send(1);
    limited.member(1).limited_by = LimitedBy::disk;
    limited.check_after(kLimit + milliseconds(1));
    CHECK(limited.failure() == "its disk, or the reader of its output, stands still");
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
    CHECK(limited.failure() == "it has all, and does not say that it verified it");
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
    CHECK(limited.failure() == "it answers, but never acknowledges the end");
}
