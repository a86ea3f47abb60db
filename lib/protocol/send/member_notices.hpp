// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>

#include "base/by_member.hpp"
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
    /// The same for one that says what its state does not allow: not with every packet, unless it
    /// has succeeded and is only to hear of it.
    void remind(Time now, const Member& member);
    void tell(SenderEvent::Kind kind, NodeId node = NodeId::none) {
        events_.push_back({kind, node, {}});
    }
    /// The last event: the session has ended so.
    void tell_end(const std::optional<SessionError>& error) {
        events_.push_back({SenderEvent::Kind::ended, NodeId::none, error});
    }
    /// People are told that it is left behind, or silent.
    void tell_behind(const Member& member);
    [[nodiscard]] bool behind_told(const Member& member) const;
    /// They are to be told anew.
    void forget_behind(const Member& member);
    /// People are told that it keeps up again, if they were told that it did not.
    void tell_returned(const Member& member);
    void forget(MemberIndex index) { told_.forget(index); }
    [[nodiscard]] std::optional<SenderEvent> poll();

  private:
    struct Told {
        Time reminded{};
        bool behind = false;
    };

    const Membership& group_;
    SenderMessages& messages_;
    ByMember<Told> told_;
    std::deque<SenderEvent> events_;
};

}  // namespace mcast::protocol
