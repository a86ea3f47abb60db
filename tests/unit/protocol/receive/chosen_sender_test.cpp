// SPDX-License-Identifier: MIT
#include "protocol/receive/chosen_sender.hpp"

#include "core_harness.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;

namespace {

wire::Info info_of(FakeSender& sender) {
    wire::Info info;
    info.source = sender.source();
    info.sender = sender.fields();
    return info;
}

}  // namespace

TEST_CASE("only both ids name the chosen sender", "[protocol][chosen_sender]") {
    FakeSender sender;
    ChosenSender chosen;
    CHECK_FALSE(chosen.named_by(info_of(sender)));
    chosen.set_instance(sender.instance);
    chosen.choose(sender.node, kElsewhere);
    CHECK(chosen.named_by(info_of(sender)));
    CHECK(chosen.origin() == kElsewhere);
    FakeSender other = sender;
    other.node = NodeId{5};
    CHECK_FALSE(chosen.named_by(info_of(other)));
    FakeSender again = sender;
    again.instance = InstanceId{5};
    CHECK_FALSE(chosen.named_by(info_of(again)));
}

TEST_CASE("a sender whose offer is not taken is chosen no more", "[protocol][chosen_sender]") {
    FakeSender sender;
    ChosenSender chosen;
    chosen.set_instance(sender.instance);
    chosen.choose(sender.node, {});
    chosen.forget();
    CHECK_FALSE(chosen.named_by(info_of(sender)));
}
