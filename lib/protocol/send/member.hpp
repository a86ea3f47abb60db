// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <mcast/status.hpp>

#include "base/ids.hpp"
#include "base/member_id.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "protocol/origin.hpp"
#include "protocol/send/errors.hpp"
#include "protocol/send/progress.hpp"

namespace mcast::protocol {

/// here: the receiver is heard. away: it is silent; it does not set the pace, and is waited for
/// only at the end. returning: it is heard again, but has not reported yet on packets that were
/// sent since.
enum class Presence : std::uint8_t { here, away, returning };

/// A receiver as the sender knows it, from its join and its reports: the one record of it. Parts of
/// the sender that know more of a receiver have it by its index.
struct Member {
    static constexpr ByteCount kNoWindow = UINT64_MAX;

    // Identity.
    MemberIndex index{};
    NodeId node{};
    std::uint64_t challenge = 0;  ///< of its joins
    Origin origin;                ///< it is heard only from there
    std::string host;             ///< empty: a plain NORM receiver
    bool plain = false;           ///< done when it acknowledges the watermark; verifies no digest
    Time joined{};

    // Standing and outcome.
    bool attached = true;   ///< false: left behind, or given up; it does not set the pace
    bool counted = true;    ///< for the result of the session
    bool spoke = false;     ///< it has said something beside its join
    bool reporter = false;  ///< one of the few of a large group that the rate follows
    Presence presence = Presence::here;
    State state = State::in_progress;
    std::optional<MemberError> error;  ///< set on failure
    LimitedBy limited_by = LimitedBy::none;
    LimitedBy left_for = LimitedBy::none;  ///< why it was left behind
    Time heard{};                          ///< when it last said anything

    // Progress.
    Progress progress;
    ByteCount bytes_done = 0;
    ByteCount bytes_reached = 0;  ///< the most that it had
    ByteCount asked = 0;          ///< repairs, for it alone
    /// Its output is written in order and has no room beyond this offset yet.
    ByteCount window_end = kNoWindow;
    ByteCount window = 0;         ///< its size, as far as its ends tell it
    bool paces = false;           ///< new data does not run ahead of its window
    bool reader_at_work = false;  ///< all is written, and a program that read it has yet to end

    // Path, and counters of its last report.
    Time reported{};  ///< when that came
    DataRate rate;    ///< delivered to it
    double loss = 0;  ///< on the way to it, smoothed
    Duration rtt{};   ///< latest sample; 0: none yet
    Duration rtt_min{};
    std::uint64_t packets_expected = 0;  ///< since it began to listen
    std::uint64_t packets_received = 0;
    std::uint64_t host_drops = 0;
    ByteCount backlog = 0;  ///< waits for its disk
    ByteCount backlog_limit = 0;

    [[nodiscard]] MemberId id() const { return {index, node}; }
    [[nodiscard]] bool in_progress() const { return state == State::in_progress; }
    /// New data is sent no faster than it takes it.
    [[nodiscard]] bool sets_pace() const {
        return in_progress() && attached && presence == Presence::here;
    }
    [[nodiscard]] std::string name() const { return host.empty() ? to_hex(node) : host; }
};

/// The trouble that a receiver is in, as far as its last report shows; empty: none.
[[nodiscard]] std::optional<Cause> cause_of(const Member& member);

}  // namespace mcast::protocol
