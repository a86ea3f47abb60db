// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>

#include "protocol/send/membership.hpp"
#include "protocol/send/sender_event.hpp"
#include "protocol/send/sender_messages.hpp"

namespace mcast::protocol {

/// The news of a receiver: to itself, as a confirmation of its state, and to the driver, as an
/// event. The group and the messages outlive it.
class MemberNotices {
  public:
    MemberNotices(const Membership& group, SenderMessages& messages)
        : group_(group), messages_(messages) {}

    /// The receiver is to be told its state; in a large group twice, for asking again costs more.
    void confirm(const Member& member);
    void tell(SenderEvent::Kind kind, NodeId node = NodeId::none) {
        events_.push_back({kind, node, {}});
    }
    /// The last event: the session has ended so.
    void tell_end(const std::optional<Error>& error) {
        events_.push_back({SenderEvent::Kind::ended, NodeId::none, error});
    }
    /// People are told that it keeps up again, if they were told that it did not.
    void tell_returned(Member& member);
    [[nodiscard]] std::optional<SenderEvent> poll();

  private:
    const Membership& group_;
    SenderMessages& messages_;
    std::deque<SenderEvent> events_;
};

}  // namespace mcast::protocol
