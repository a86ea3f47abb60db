// SPDX-License-Identifier: MIT
#include "protocol/send/expected_hosts.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;

namespace {

using Names = std::vector<std::string>;

Names lacking(const Names& expected, const Names& hosts) {
    std::vector<Member> members;
    for (const auto& host : hosts) {
        members.emplace_back();
        members.back().host = host;
    }
    return ExpectedHosts(expected).lacking(members, [](const Member&) { return true; });
}

}  // namespace

TEST_CASE("a name without a dot is the first label of a host, whatever its case",
          "[protocol][expect]") {
    CHECK(lacking({"lab-01", "LAB-02", "lab-03"}, {"Lab-01.example.org", "lab-02"}) ==
          Names{"lab-03"});
    CHECK(lacking({"lab-1"}, {"lab-10", "lab", "xlab-1"}) == Names{"lab-1"});
}

TEST_CASE("a name with a dot is a whole one", "[protocol][expect]") {
    CHECK(lacking({"lab-01.a.org"}, {"lab-01.b.org"}) == Names{"lab-01.a.org"});
    CHECK(lacking({"lab-01.a.org"}, {"lab-01"}) == Names{"lab-01.a.org"});
    CHECK(lacking({"lab-01.a.org"}, {"LAB-01.A.org."}).empty());
}

TEST_CASE("a name that is given twice is expected once", "[protocol][expect]") {
    CHECK(ExpectedHosts({"a", "A", "b"}).size() == 2);
}

TEST_CASE("only receivers that count are there", "[protocol][expect]") {
    std::vector<Member> members(2);
    members[0].host = "a";
    members[1].host = "b";
    members[1].state = State::success;
    CHECK(ExpectedHosts({"a", "b"}).lacking(members, [](const Member& p) {
        return p.state == State::success;
    }) == Names{"a"});
}
