// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "protocol/send/feedback_timing.hpp"
#include "protocol/send/new_data_hold.hpp"
#include "protocol/send/outcomes.hpp"

namespace mcast::protocol {

/// Decides about receivers that keep the others back (`--on-slow`). They are left behind: new data
/// goes at the pace of the others, and their repair waits until the others have all. Then those who
/// were left behind are the group that is judged, and so on, until nobody is left behind.
/// StragglerDetector says who is slow; this decides. Its parts outlive it.
class StragglerPolicy {
  public:
    struct Parts {
        const SenderConfig& config;
        const Stage& stage;
        const ObjectSender& object;
        const NewDataHold& hold;
        const FeedbackTiming& timing;
        Membership& group;
        SendRate& rate;
        StragglerDetector& watch;
        MemberNotices& notices;
        Outcomes& outcomes;
    };
    explicit StragglerPolicy(const Parts& parts) : parts_(parts) {}

    /// To be called now and then while data flows.
    void check(Time now);
    /// A receiver that was left behind paces again.
    void take_back(Time now, Member& member);
    /// A receiver that was left behind and away is heard again. Its time to keep up begins anew.
    void on_back(Time now, const Member& member) { left_.at(member.index).at = now; }
    [[nodiscard]] int returns(const Member& member) const;
    void forget(MemberIndex index) { left_.forget(index); }

  private:
    struct Left {
        Time at{};        // it was left behind, or came back after that
        int returns = 0;  // it kept up again
    };

    void check_member(Time now, Member& member);
    [[nodiscard]] std::optional<LimitedBy> too_slow(Time now, const Member& member) const;
    void leave_behind(Time now, Member& member, LimitedBy cause);
    void take_back_or_drop(Time now, Member& member);
    [[nodiscard]] bool can_return(const Member& member) const;
    void drop(Member& member);
    void tell_behind(Time now, Member& member);
    void watch_windows(Time now);
    void next_round(Time now);
    [[nodiscard]] DataRate wire_rate(double packets_per_second) const;

    Parts parts_;
    ByMember<Left> left_;
    Time watched_{};  // the windows
    Time told_{};     // those who are left behind that they are
};

}  // namespace mcast::protocol
