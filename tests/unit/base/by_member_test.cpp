// SPDX-License-Identifier: MIT
#include "base/by_member.hpp"

#include "support/catch.hpp"

using namespace mcast;

TEST_CASE("nothing is known of a receiver before something is said of it", "[base][by_member]") {
    ByMember<int> known;
    CHECK(known.find(MemberIndex{0}) == nullptr);
    known.forget(MemberIndex{7});
    CHECK(known.find(MemberIndex{7}) == nullptr);
    known.at(MemberIndex{2}) = 5;
    REQUIRE(known.find(MemberIndex{2}) != nullptr);
    CHECK(*known.find(MemberIndex{2}) == 5);
    CHECK(*known.find(MemberIndex{1}) == 0);
    CHECK(known.find(MemberIndex{3}) == nullptr);
}

TEST_CASE("a receiver that is forgotten leaves a default value", "[base][by_member]") {
    ByMember<int> known;
    known.at(MemberIndex{0}) = 1;
    known.at(MemberIndex{1}) = 2;
    known.forget(MemberIndex{0});
    CHECK(known.at(MemberIndex{0}) == 0);
    CHECK(known.at(MemberIndex{1}) == 2);
    known.clear();
    CHECK(known.begin() == known.end());
}
