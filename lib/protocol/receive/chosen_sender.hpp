// SPDX-License-Identifier: MIT
#pragma once

#include "base/ids.hpp"
#include "protocol/origin.hpp"

namespace mcast::protocol {

/// The sender whose offer was chosen. Anybody can use its ids, so its address counts, too.
class ChosenSender {
  public:
    /// A sender is listened to: it may make an offer.
    void set_instance(InstanceId instance) { instance_ = instance; }
    /// That sender made the offer, from there.
    void choose(NodeId node, const Origin& origin) {
        node_ = node;
        origin_ = origin;
    }
    void move_to(const Origin& origin) { origin_ = origin; }
    /// An offer that is not taken leaves nobody.
    void forget() { node_ = {}; }

    template <typename Message>
    [[nodiscard]] bool named_by(const Message& message) const {
        return message.source.node == node_ && message.sender.instance == instance_;
    }
    [[nodiscard]] const Origin& origin() const { return origin_; }
    [[nodiscard]] InstanceId instance() const { return instance_; }

  private:
    NodeId node_{};
    InstanceId instance_{};
    Origin origin_;
};

}  // namespace mcast::protocol
