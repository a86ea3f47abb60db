// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>

#include "base/by_member.hpp"
#include "protocol/send/membership.hpp"
#include "protocol/send/sender_event.hpp"
#include "protocol/send/sender_messages.hpp"

namespace mcast::protocol {

/// Tells the news of a receiver: to itself, as a confirmation of its state, and to the driver, as
/// an event. The group and the messages outlive it.
class MemberNotices {
  public:
    MemberNotices(const Membership& group, SenderMessages& messages)
        : group_(group), messages_(messages) {}

    /// The receiver is to be told its state: twice in a large group, where asking again costs more.
    void confirm(const Member& member);
    /// Confirms the state of a receiver that speaks as if it did not know it. Each packet may be
    /// such: so one that has not succeeded is told only now and then.
    void remind(Time now, const Member& member);
    void tell(SenderEvent::Kind kind, NodeId node = NodeId::none) {
        events_.push_back({kind, node, {}});
    }
    /// The last event: the session has ended so.
    void tell_end(const std::optional<SessionError>& error) {
        events_.push_back({SenderEvent::Kind::ended, NodeId::none, error});
    }
    /// The driver, and so people, hear that the receiver is left behind or silent.
    void tell_behind(const Member& member);
    [[nodiscard]] bool behind_told(const Member& member) const;
    /// The receiver is left behind anew: people have not heard of that yet.
    void forget_behind(const Member& member);
    /// The driver hears that the receiver keeps up again, if it heard that it did not.
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
