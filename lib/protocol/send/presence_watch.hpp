// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/send/reporters.hpp"
#include "protocol/send/sent_history.hpp"
#include "protocol/send/straggler_policy.hpp"

namespace mcast::protocol {

/// Which receivers are heard, which are away, and which are back: silence is borne for a while, and
/// costs nobody else. It also sees when this process itself stood still. Its parts outlive it.
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

    /// To be called first, with the deadline that there was. How long this process stood still: all
    /// times are later by that.
    Duration wake(Time now, Time deadline);
    /// When wake() was last called.
    [[nodiscard]] Time now() const { return now_; }
    /// When any of them last said anything.
    [[nodiscard]] Time heard() const { return heard_; }

    /// That receiver has said something.
    void on_heard(Time now, Member& member);
    /// It paces us again when it has told of packets that were sent since it is back: before, it
    /// may be reading what had piled up. False: not yet.
    [[nodiscard]] bool is_here(Time now, Member& member, const rate::Sample& sample);
    /// An answer to a probe of the time before it was away, or we were, says nothing of the way.
    /// Null: of a receiver that is not known.
    [[nodiscard]] bool stale(const Member* member, Time probed) const;

    /// To be called at each check: a receiver that is not heard is not waited for, neither at the
    /// beginning nor by the pace.
    void check(Time now, Member& member);
    /// It has been silent for so long that people are told of it.
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
