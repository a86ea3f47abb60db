// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/send/due_messages.hpp"
#include "protocol/send/member_limits.hpp"
#include "protocol/timers.hpp"

namespace mcast::protocol {

enum class SenderTimer : std::uint8_t {
    offer,
    probe,
    flush,
    digests,
    repair_adv,
    check,
    start_after,
    ending,
    receiver_states
};

/// All parts of a sender, each with one job, in the order in which they know each other.
/// SenderInput, SenderOutput and SenderClock act on them.
struct SenderParts {
    SenderParts(SenderConfig given, Time now, Rng rng);
    SenderParts(const SenderParts&) = delete;
    SenderParts& operator=(const SenderParts&) = delete;

    SenderConfig config;
    Stage stage;
    TimerTable<SenderTimer, 9> timers;
    DueMessages due{Due::offer};
    Stats stats;

    ObjectSender object;
    SentHistory history;
    GrttEstimator grtt;
    SendRate rate;
    StragglerDetector watch;  // unused when all are waited for
    Membership group;
    SenderMessages messages;
    MemberNotices notices{group, messages};
    FeedbackTiming timing{config, stage, group, rate, grtt};
    Reporters reporters;
    NewDataHold hold{stage, object, group};
    Outcomes outcomes{group, rate, watch, notices};
    StragglerPolicy stragglers;
    PresenceWatch presence;
    MemberLimits limits;

    /// The receivers that the rate follows.
    [[nodiscard]] rate::RateController::Audience audience() const;
    /// The rate's deadline is here.
    void decide_rate(Time now);
    /// Sends at the rate that was decided, and probes if that is wanted.
    void take_rate();
};

/// The round trip of an answer to the probe that left at `probed`; empty: there was none. It counts
/// for the receiver, unless that is null, and for the group.
std::optional<Duration> take_rtt(SenderParts& parts, Time now, Member* member,
                                 std::optional<Time> probed);

/// The receiver gives its place to another: no part knows anything of it any more.
void forget(SenderParts& parts, const Member& member);

}  // namespace mcast::protocol
