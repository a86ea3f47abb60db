// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/send/sender_clock.hpp"

namespace mcast::protocol {

/// Who is a receiver of the session: takes joins in, and knows from where each is heard. The parts
/// and the clock outlive it.
class Admission {
  public:
    Admission(SenderParts& parts, SenderClock& clock) : parts_(parts), clock_(clock) {}

    void on_join(Time now, NodeId node, const wire::Join& join, const Origin& from);
    /// The receiver in progress that has joined from there, which is heard now; null: there is
    /// none. Anybody can use its node id.
    [[nodiscard]] Member* heard(Time now, NodeId node, const Origin& from);
    /// A plain NORM receiver shows itself: as heard(), and it joins by that.
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
