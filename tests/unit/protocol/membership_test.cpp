// SPDX-License-Identifier: MIT
#include "protocol/send/membership.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using std::chrono::seconds;

namespace {

constexpr Time kBegin{seconds(1000)};

using Names = std::vector<std::string>;

Member& join(Membership& group, std::uint32_t node, const std::string& host = {}) {
    Member& member = group.add(NodeId{node}, kBegin);
    member.host = host;
    group.recount();
    return member;
}

Membership group_of(std::uint32_t receivers, std::uint32_t begin_with = 1) {
    Membership group(begin_with, {});
    for (std::uint32_t i = 1; i <= receivers; ++i) (void)group.add(NodeId{i}, kBegin);
    group.recount();
    return group;
}

void fail(Member& member, ErrorCode code) {
    member.state = State::failure;
    member.error = MemberError{.code = code, .message = "it failed"};
}

}  // namespace

TEST_CASE("receivers that are away or left behind do not pace", "[protocol][membership]") {
    Membership group = group_of(5);
    group.all()[0].presence = Presence::away;
    group.all()[1].attached = false;
    group.all()[2].state = State::success;
    group.recount();
    CHECK(group.attached() == 2);
    CHECK(group.awaited() == 4);
}

TEST_CASE("new data keeps to the smallest window of those that pace", "[protocol][membership]") {
    Membership group = group_of(3);
    CHECK(group.window_end() == Member::kNoWindow);
    for (std::size_t i = 0; i < 3; ++i) group.all()[i].window_end = 1000 * (i + 1);
    group.all()[1].paces = group.all()[2].paces = true;
    group.recount();
    CHECK(group.window_end() == 2000);
    group.all()[1].presence = Presence::away;  // its output is written in order all the same
    group.recount();
    CHECK(group.window_end() == 2000);
    group.all()[1].attached = false;
    group.recount();
    CHECK(group.window_end() == 3000);
}

TEST_CASE("a large group is counted at the checks only", "[protocol][membership]") {
    Membership group = group_of(2001);
    CHECK(group.many());
    group.all()[0].attached = false;
    group.recount_soon();
    CHECK(group.attached() == 2001);
    group.count_joined(group.add(NodeId{5000}, kBegin));
    CHECK(group.attached() == 2002);
    group.recount();
    CHECK(group.attached() == 2001);
}

TEST_CASE("as many are expected as the session begins with, when they are a large group",
          "[protocol][membership]") {
    CHECK(group_of(10, 500).expected_size(true) == 500);
    CHECK(group_of(10, 50).expected_size(true) == 10 + 8 * 10);
    CHECK(group_of(10, 500).expected_size(false) == 10 + 8 * 10);
    CHECK(Membership(1, {}).expected_size(true) == 1);
}

TEST_CASE("a wave of joins is over two rounds later", "[protocol][membership]") {
    Membership group = group_of(10);
    group.end_round();
    CHECK(group.expected_size(false) == 10 + 8 * 10);
    group.end_round();
    CHECK(group.expected_size(false) == 10);
}

TEST_CASE("all have come when there are enough of them, and all of those that were named",
          "[protocol][membership]") {
    Membership group(2, {"pc1", "pc2"});
    join(group, 1, "pc1");
    CHECK_FALSE(group.complete());
    join(group, 2, "pc3");
    CHECK_FALSE(group.complete());
    CHECK(group.missing(true) == Names{"pc2"});
    join(group, 3, "pc2");
    CHECK(group.complete());
    CHECK(group.missing(true).empty());
}

TEST_CASE("hosts that failed are missing, and not absent", "[protocol][membership]") {
    Membership group(1, {"pc1", "pc2", "pc3"});
    join(group, 1, "pc1").state = State::success;
    fail(join(group, 2, "pc2"), ErrorCode::integrity);
    CHECK(group.missing(false) == Names{"pc2", "pc3"});
    CHECK(group.absent() == Names{"pc3"});
}

TEST_CASE("all have declined when nobody has come for a while after them",
          "[protocol][membership]") {
    Membership group = group_of(2, 2);
    fail(group.all()[0], ErrorCode::no_space);
    CHECK_FALSE(group.all_declined(kBegin + seconds(3)));
    fail(group.all()[1], ErrorCode::no_space);
    CHECK_FALSE(group.all_declined(kBegin + seconds(2)));
    CHECK(group.all_declined(kBegin + seconds(3)));
}

TEST_CASE("all are lost when each that counts has fallen silent", "[protocol][membership]") {
    Membership group = group_of(2);
    fail(group.all()[0], ErrorCode::receiver_lost);
    CHECK_FALSE(group.all_lost());
    group.all()[1].counted = false;
    CHECK(group.all_lost());
    group.all()[1].counted = true;
    fail(group.all()[1], ErrorCode::integrity);
    CHECK_FALSE(group.all_lost());
}

TEST_CASE("all attached have the object when nobody lacks anything but those that are away",
          "[protocol][membership]") {
    Membership group = group_of(3);
    group.all()[0].bytes_done = 100;
    group.all()[1].presence = Presence::away;
    group.all()[2].attached = false;
    CHECK(group.attached_have(100));
    CHECK_FALSE(group.attached_have(101));
    CHECK(group.most_done() == 100);
}
