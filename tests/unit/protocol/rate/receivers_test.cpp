// SPDX-License-Identifier: MIT
#include "protocol/rate/receivers.hpp"

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::rate;
using std::chrono::milliseconds;

namespace {

constexpr MemberId kOne{MemberIndex{0}, NodeId{1}};
constexpr MemberId kTwo{MemberIndex{1}, NodeId{2}};

}  // namespace

TEST_CASE("a receiver that was set aside comes back with its path and its baseline", "[rate]") {
    Receivers receivers;
    receivers.at(kOne).path.on_rtt(milliseconds(10));
    receivers.at(kOne).loss.expect(0.2);
    receivers.at(kOne).reported = 7;
    CHECK(receivers.set_aside(kOne.index));
    CHECK(receivers.all().empty());
    CHECK_FALSE(receivers.set_aside(kOne.index));
    CHECK(receivers.at(kOne).path.rtt_min() == milliseconds(10));
    CHECK(receivers.at(kOne).loss.baseline() == 0.2);
    CHECK(receivers.at(kOne).reported == 0);
}

TEST_CASE("a receiver that is forgotten leaves nothing", "[rate]") {
    Receivers receivers;
    receivers.at(kOne).loss.expect(0.2);
    (void)receivers.set_aside(kOne.index);
    receivers.forget(kOne.index);
    CHECK(receivers.at(kOne).loss.baseline() == 0);
    CHECK(receivers.find(kTwo.index) == nullptr);
}

TEST_CASE("the longest path is that of the farthest receiver", "[rate]") {
    Receivers receivers;
    CHECK(receivers.longest_path() == Duration::zero());
    receivers.at(kOne).path.on_rtt(milliseconds(10));
    receivers.at(kTwo).path.on_rtt(milliseconds(30));
    CHECK(receivers.longest_path() == milliseconds(30));
}

TEST_CASE("one that loses clearly more than the others is the lossiest", "[rate]") {
    Receivers receivers;
    CHECK_FALSE(receivers.lossiest());
    receivers.at(kOne).loss.expect(0.05);
    receivers.at(kTwo).loss.expect(0.06);
    CHECK_FALSE(receivers.lossiest());
    receivers.at(kTwo).loss.expect(0.2);
    CHECK(receivers.lossiest() == kTwo);
    CHECK(receivers.greatest_baseline() == 0.2);
}

TEST_CASE("of receivers that were asked for nothing it is not known what they take", "[rate]") {
    Receivers receivers;
    CHECK(receivers.delivery_bps(5e8) == 0);
    (void)receivers.at(kOne);
    CHECK(receivers.delivery_bps(5e8) == 5e8);
}

TEST_CASE("receivers come in the order of their node ids, whoever was known first", "[rate]") {
    Receivers receivers;
    constexpr MemberId kLast{MemberIndex{2}, NodeId{9}};
    for (const MemberId id : {kLast, MemberId{MemberIndex{5}, NodeId{3}}, kTwo, kOne})
        (void)receivers.at(id);
    const auto nodes = [&] {
        std::vector<NodeId> ids;
        for (const Receiver* r : receivers.all()) ids.push_back(r->id.node);
        return ids;
    };
    CHECK(nodes() == std::vector{NodeId{1}, NodeId{2}, NodeId{3}, NodeId{9}});
    receivers.forget(kTwo.index);
    CHECK(nodes() == std::vector{NodeId{1}, NodeId{3}, NodeId{9}});
}
