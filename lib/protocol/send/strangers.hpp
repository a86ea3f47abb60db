// SPDX-License-Identifier: MIT
#pragma once

#include <utility>
#include <vector>

#include "protocol/send/member_notices.hpp"
#include "protocol/send/sender_config.hpp"

namespace mcast::protocol {

/// Other senders, and receivers that we do not serve, on our group: people are told of each once.
/// Its parts outlive it.
class Strangers {
  public:
    Strangers(const SenderConfig& config, MemberNotices& notices)
        : config_(config), notices_(notices) {}

    /// A sender has spoken; `application`: the content of its CMD(APPLICATION), else empty. Our own
    /// messages come back, too: by their instance they are known.
    void on_sender(NodeId node, InstanceId instance, Bytes application);
    void on_plain_receiver(NodeId node) { name_once(SenderEvent::Kind::plain_receiver, node); }

  private:
    void name_once(SenderEvent::Kind kind, NodeId node);

    const SenderConfig& config_;
    MemberNotices& notices_;
    std::vector<std::pair<SenderEvent::Kind, NodeId>> named_;
};

}  // namespace mcast::protocol
