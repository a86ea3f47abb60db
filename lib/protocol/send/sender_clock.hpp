// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "protocol/send/sender_parts.hpp"

namespace mcast::protocol {

/// Does what is due by time at the sender, and leads its session: when it begins, what is checked
/// meanwhile, how it ends. The parts outlive it.
class SenderClock {
  public:
    SenderClock(SenderParts& parts, Time now);

    /// To be called before anything else is done at that time.
    void on_time(Time now);
    void handle_timeout(Time now);
    /// Begins with the receivers that are there. Errors already_started, too_late, no_receivers.
    [[nodiscard]] std::optional<ErrorCode> begin(Time now);
    /// A receiver has come: begins if all that are waited for are there.
    void check_gate(Time now);
    /// Makes the state of a receiver final; the session ends when it was the last.
    void end_member(Time now, Member& member, State state, std::optional<MemberError> error);
    bool detach(Time now, NodeId node);
    /// Ends the session. The end is told several times, for no receiver confirms that it heard it.
    void finish(Time now, std::optional<SessionError> error);

  private:
    void send_repair_adv(Time now);
    void judge_grtt(Time now);
    void start(Time now);
    void check(Time now);
    void check_gathering(Time now);
    void check_result(Time now);
    void tell_end(Time now);
    [[nodiscard]] SessionError failures(ErrorCode code) const;

    SenderParts& parts_;
    Time grtt_judged_{};  // by the answers until then
};

}  // namespace mcast::protocol
