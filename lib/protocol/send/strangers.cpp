// SPDX-License-Identifier: MIT
#include "protocol/send/strangers.hpp"

#include <algorithm>

namespace mcast::protocol {
namespace {

constexpr std::size_t kMostNamed = 16;  // that are worth a line

}  // namespace

void Strangers::on_sender(NodeId node, InstanceId instance, Bytes application) {
    const bool ours = node == config_.node;
    if (ours && instance == config_.instance) return;
    name_once(ours ? SenderEvent::Kind::same_node : SenderEvent::Kind::foreign_sender, node);
    const auto offer = wire::Offer::parse(application);
    if (offer && offer->name == config_.name) name_once(SenderEvent::Kind::same_name, node);
}

// One line for each, not one a packet.
void Strangers::name_once(SenderEvent::Kind kind, NodeId node) {
    const std::pair named(kind, node);
    if (named_.size() == kMostNamed || std::ranges::find(named_, named) != named_.end()) return;
    named_.push_back(named);
    notices_.tell(kind, node);
}

}  // namespace mcast::protocol
