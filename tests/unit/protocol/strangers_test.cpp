// SPDX-License-Identifier: MIT
#include "protocol/send/strangers.hpp"

#include "support/catch.hpp"
#include "with_parts.hpp"

using namespace mcast;
using namespace mcast::protocol;
using namespace mcast::protocol::test;
using Kind = SenderEvent::Kind;

namespace {

struct Group : WithParts {
    Group() : WithParts(0) {}
    /// All that people were told of strangers since the last call.
    std::vector<Kind> told() {
        std::vector<Kind> kinds;
        while (const auto event = parts.notices.poll()) kinds.push_back(event->kind);
        return kinds;
    }
    Strangers strangers{parts.config, parts.notices};
};

}  // namespace

TEST_CASE("our own messages are no stranger's", "[protocol][strangers]") {
    Group group;
    group.strangers.on_sender(kSenderNode, kInstance, {});
    CHECK(group.told().empty());
    group.strangers.on_sender(kSenderNode, InstanceId{7}, {});
    CHECK(group.told() == Kinds{Kind::same_node});
}

TEST_CASE("a stranger is named once", "[protocol][strangers]") {
    Group group;
    group.strangers.on_sender(NodeId{5}, InstanceId{7}, {});
    group.strangers.on_sender(NodeId{5}, InstanceId{7}, {});
    group.strangers.on_plain_receiver(NodeId{6});
    CHECK(group.told() == Kinds{Kind::foreign_sender, Kind::plain_receiver});
}

TEST_CASE("a stranger that offers our name is told of twice", "[protocol][strangers]") {
    Group group;
    FakeSender other{.node = NodeId{5}, .name = "file"};
    Buffer payload(1200);
    payload.resize(other.offer_message(0).serialize(payload));
    group.strangers.on_sender(NodeId{5}, InstanceId{7}, payload);
    CHECK(group.told() == Kinds{Kind::foreign_sender, Kind::same_name});
}

TEST_CASE("no more than sixteen strangers are named", "[protocol][strangers]") {
    Group group;
    for (std::uint32_t i = 1; i <= 40; ++i) group.strangers.on_sender(NodeId{i}, InstanceId{7}, {});
    CHECK(group.told().size() == 16);
}
