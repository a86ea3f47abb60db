// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <mcast/status.hpp>

#include "base/by_member.hpp"
#include "base/time.hpp"

namespace mcast::protocol {

inline constexpr double kFullBacklog = 0.5;  ///< part of it: from here on it counts as full

/// Finds the receivers that keep the others back, and the cause (`--on-slow defer` and `drop`).
/// Each is compared with what at least half of the group takes of the same packets: trouble of the
/// whole group is nobody's fault. A receiver that is not heard at all is left to PresenceWatch.
///
/// The rate that a receiver *takes* is the packets a second that came through while it lost more
/// than the others; else it is at least the rate that was sent. It is remembered for some seconds:
/// when the rate has been cut to what the slow receiver takes, the memory still shows that others
/// took more.
///
/// One thread; no clock: the time is given. Owned by the sender, which says who is attached and
/// decides what follows.
class StragglerDetector {
  public:
    /// The counts of a receiver's report, of the packets since its last one.
    struct Sample {
        std::uint64_t expected = 0;
        std::uint64_t received = 0;
        std::uint64_t host_drops = 0;
        double backlog = 0;         ///< part of its write backlog that is full, 0 to 1
        double backlog_growth = 0;  ///< in packets
    };

    /// The receiver is watched as one of the group from now on. The rate that it took stays known.
    void attach(MemberIndex member, Time now);
    /// The receiver no longer counts for the group; samples tell whether it keeps up again.
    void leave(MemberIndex member, LimitedBy cause);
    void forget(MemberIndex member) { tracks_.forget(member); }

    void on_sample(MemberIndex member, Time now, const Sample& sample);
    /// The receiver said something else.
    void on_heard(MemberIndex member, Time now);
    /// No receiver could be heard for so long.
    void on_pause(Duration lasted);
    /// To be called at each look. `holding`: new data waits for the receiver's window, while others
    /// have written out all they have.
    void on_holding(MemberIndex member, Duration since_last_look, bool holding);

    /// Judges all receivers; the functions below tell the result. `interval`: between two reports
    /// of a receiver.
    void look(Time now, Duration interval);
    /// The cause that makes that attached receiver too slow for the group; empty: it is not.
    [[nodiscard]] std::optional<LimitedBy> slow(MemberIndex member) const;
    /// The receiver was left behind, and has got nearly all for a while.
    [[nodiscard]] bool keeps_up(MemberIndex member) const;
    /// Packets a second that the receiver takes; 0: unknown.
    [[nodiscard]] double takes(MemberIndex member) const;
    /// Packets a second that every attached receiver took lately; 0: unknown.
    [[nodiscard]] double all_take() const;
    /// Packets a second that at least half of them took.
    [[nodiscard]] double most_take();
    struct Unrelated {
        double loss = 0;
        double sent = 0;  ///< packets a second, when as much was lost
    };
    /// The receiver was left behind, is served now at a lower rate, and loses as much as before:
    /// the loss has nothing to do with the rate. Returned once.
    [[nodiscard]] std::optional<Unrelated> take_unrelated(MemberIndex member);

  private:
    struct Track {
        bool attached = true;
        // The window under way: between two reports.
        Time begun{};
        Time reported{};
        std::uint64_t expected = 0;
        std::uint64_t received = 0;
        std::uint64_t host_drops = 0;
        double backlog_growth = 0;
        // The last whole window.
        bool fresh = false;
        bool judged = false;  // at this look
        bool closed = false;  // there has been one
        double part = 1;      // of the packets came through
        double delivered = 0;
        double drained = 0;    // of its backlog, in packets a second
        bool dropped = false;  // by its host
        Duration lasted{};

        double takes = 0;
        double backlog = 0;
        Time heard{};
        Duration held{};  // new data waited for it, lately
        // The times since which it is too slow, lossier than others, or as good as they are.
        std::optional<Time> slow_since;
        int slow_windows = 0;
        std::optional<Time> lossy_since;
        int lossy_windows = 0;
        std::optional<Time> good_since;
        std::optional<LimitedBy> cause;
        // It was attached again then, to be compared with what it has got since.
        Time attached_at{};
        bool compared = true;
        double part_behind = 1;
        double sent_behind = 0;
        bool unrelated = false;
    };
    struct Group {
        std::size_t size = 0;
        double part = 1;
        double takes = 0;
    };

    /// Null: it is not watched.
    [[nodiscard]] Track* find(MemberIndex member);
    [[nodiscard]] const Track* find(MemberIndex member) const;
    template <typename Value>
    [[nodiscard]] double middle(Value&& value);
    static void judge_window(Track& track, double part, Time now, Duration interval);
    [[nodiscard]] static std::optional<LimitedBy> judge(Track& track, const Group& group, Time now,
                                                        Duration interval);

    ByMember<std::optional<Track>> tracks_;
    std::vector<double> scratch_;
};

}  // namespace mcast::protocol
