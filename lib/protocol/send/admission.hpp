// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/send/sender_clock.hpp"

namespace mcast::protocol {

/// Decides who is a receiver of the session: takes joins in, and knows from where each receiver is
/// heard. The parts and the clock outlive it.
class Admission {
  public:
    Admission(SenderParts& parts, SenderClock& clock) : parts_(parts), clock_(clock) {}

    void on_join(Time now, NodeId node, const wire::Join& join, const Origin& from);
    /// The receiver in progress of that node id, which is heard now. Null: there is none, or it
    /// joined from elsewhere; anybody can use its node id.
    [[nodiscard]] Member* heard(Time now, NodeId node, const Origin& from);
    /// The same for a plain NORM receiver, which joins by being heard.
    [[nodiscard]] Member* heard_plain(Time now, NodeId node, const Origin& from);

  private:
    Member* add(Time now, NodeId node, std::string host, bool plain);
    [[nodiscard]] Member* take(Time now, NodeId node, const wire::Join& join, const Origin& from);
    [[nodiscard]] bool may_move(Time now, const Member& member) const;
    [[nodiscard]] bool make_room(Time now);
    void refuse(NodeId node, std::uint64_t challenge);
    void on_joined(Time now, const Member& member);

    SenderParts& parts_;
    SenderClock& clock_;
};

}  // namespace mcast::protocol
