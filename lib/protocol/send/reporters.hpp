// SPDX-License-Identifier: MIT
#pragma once

#include "base/rng.hpp"
#include "protocol/send/feedback_timing.hpp"
#include "protocol/send/member_notices.hpp"

namespace mcast::protocol {

/// Chooses the few receivers of a large group whose reports the rate follows, for it cannot wait
/// until all of them have reported. RFC 5740 section 5.5.2 has the current and the potential
/// limiting receivers for it. Its parts outlive it.
class Reporters {
  public:
    Reporters(const Stage& stage, Membership& group, SendRate& rate, MemberNotices& notices,
              const FeedbackTiming& timing, Rng rng)
        : stage_(stage),
          group_(group),
          rate_(rate),
          notices_(notices),
          timing_(timing),
          rng_(rng) {}

    /// The group is large and the rate is found: there are reporters.
    [[nodiscard]] bool chosen() const { return rate_.automatic() && group_.large(); }
    /// The rate waits for the reports of that receiver.
    [[nodiscard]] bool has(const Member& member) const { return !chosen() || member.reporter; }
    /// The rate waits for the reports of so many receivers.
    [[nodiscard]] std::size_t count() const {
        return chosen() ? group_.reporters() : group_.attached();
    }
    /// The time between two reports of each of them.
    [[nodiscard]] Duration interval() const;

    /// To be called at each check. Any receivers will do at first. One that is in more trouble than
    /// the reporters, by its requests or its backlog, takes the place of the one with the least.
    void choose(Time now);
    /// The receiver is away: it cannot be a reporter.
    void drop(Time now, Member& member) {
        if (member.reporter) set(now, member, false);
    }

    // The trouble that a receiver is in.
    void on_nack(const Member& member) { ++states_.at(member.index).nack_score; }
    void on_full_backlog(const Member& member);
    /// The requests of about the last second; a full backlog counts as several.
    [[nodiscard]] double nack_score(const Member& member) const;
    void forget(MemberIndex index) { states_.forget(index); }

  private:
    struct State {
        Time since{};  // it became a reporter, or ceased to be one
        double nack_score = 0;
    };

    void set(Time now, Member& member, bool reporter);
    void check(Time now, Member& member, bool tell);
    void add(Time now, Member& first);

    const Stage& stage_;
    Membership& group_;
    SendRate& rate_;
    MemberNotices& notices_;
    const FeedbackTiming& timing_;
    Rng rng_;
    ByMember<State> states_;
    Time told_{};
};

}  // namespace mcast::protocol
