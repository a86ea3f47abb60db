// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/send/reporters.hpp"
#include "protocol/send/sent_history.hpp"
#include "protocol/send/straggler_policy.hpp"

namespace mcast::protocol {

/// Watches which receivers are heard, away, or back. Silence is tolerated for a while, and does not
/// hold up the others. It also notices when this process itself stood still. Its parts outlive it.
class PresenceWatch {
  public:
    struct Parts {
        const SenderConfig& config;
        const SentHistory& history;
        const GrttEstimator& grtt;
        Stage& stage;
        ObjectSender& object;
        FeedbackTiming& timing;
        Membership& group;
        SendRate& rate;
        StragglerDetector& watch;
        MemberNotices& notices;
        Reporters& reporters;
        StragglerPolicy& stragglers;
    };
    explicit PresenceWatch(const Parts& parts) : parts_(parts) {}

    /// To be called first, with the deadline that there was. Returns how long this process stood
    /// still; all times that it keeps are moved on by that.
    Duration wake(Time now, Time deadline);
    /// The time of the last wake().
    [[nodiscard]] Time now() const { return now_; }
    /// The time when any receiver last said anything.
    [[nodiscard]] Time heard() const { return heard_; }

    /// The receiver has said something.
    void on_heard(Time now, Member& member);
    /// A receiver that is back paces us again once it has reported on packets that were sent since;
    /// before, it may be reading what had piled up. False: not yet.
    [[nodiscard]] bool is_here(Time now, Member& member, const rate::Sample& sample);
    /// An answer to a probe from before the receiver was away, or this process stood still, says
    /// nothing about the path. Null: the receiver is not known.
    [[nodiscard]] bool stale(const Member* member, Time probed) const;

    /// To be called at each check: a silent receiver is waited for neither at the beginning nor by
    /// the pace.
    void check(Time now, Member& member);
    /// The receiver has been silent for so long that people are told of it.
    [[nodiscard]] bool silent(const Member& member) const;
    /// Blocks that had been begun when the receiver was last heard again after it had been away; 0:
    /// it never was.
    [[nodiscard]] std::uint32_t blocks_before(const Member& member) const;
    void forget(MemberIndex index) { back_.forget(index); }

  private:
    // The moment a receiver was last heard again, and what had been sent until then.
    struct Back {
        Time at{};
        std::int64_t sequence = 0;
        std::uint32_t blocks = 0;
    };

    [[nodiscard]] Duration longest_silence() const;
    [[nodiscard]] bool missed(Time now, const Member& member) const;
    void leave(Time now, Member& member);
    void come_back(Time now, Member& member);

    Parts parts_;
    ByMember<Back> back_;
    Time now_{};
    Time woke_{};  // this process had stood still until then
    Time heard_{};
};

}  // namespace mcast::protocol
