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

/// Which receivers keep the others back, and why (`--on-slow detach`). Each is held against what at
/// least half of the group takes of the same packets: what the whole group suffers is nobody's
/// fault. One that is not heard at all is no matter of this.
///
/// What one *takes* is the packets a second that came through when more was lost on its way than
/// on the others'; else at least what was sent. It is remembered for some seconds: when the rate
/// has been cut to what the slow one takes, it still shows that others took more.
///
/// One thread; no clock: the time is given. Owned by the sender, which says who is attached and
/// decides what follows.
class StragglerDetector {
  public:
    /// Of the packets sent since the last one, as in a receiver's report.
    struct Sample {
        std::uint64_t expected = 0;
        std::uint64_t received = 0;
        std::uint64_t host_drops = 0;
        double backlog = 0;         ///< part of its write backlog that is full, 0 to 1
        double backlog_growth = 0;  ///< in packets
    };

    /// From now on it is watched as one of the group. What is known of it stays.
    void attach(MemberIndex member, Time now);
    /// It no longer counts for the group; samples tell whether it keeps up again.
    void leave(MemberIndex member, LimitedBy cause);
    void forget(MemberIndex member) { tracks_.forget(member); }

    void on_sample(MemberIndex member, Time now, const Sample& sample);
    /// Something else was heard of it.
    void on_heard(MemberIndex member, Time now);
    /// Nothing could be heard for so long, of any of them.
    void on_pause(Duration lasted);
    /// Call at each look: new data waits for its window, while others have written out all they
    /// have.
    void on_holding(MemberIndex member, Duration since_last_look, bool holding);

    /// Takes stock; then ask below. `interval`: between two reports of a receiver.
    void look(Time now, Duration interval);
    /// What makes that attached receiver too slow for the group; nothing: it is not.
    [[nodiscard]] std::optional<LimitedBy> slow(MemberIndex member) const;
    /// One that was left behind has got nearly all for a while.
    [[nodiscard]] bool keeps_up(MemberIndex member) const;
    /// Packets a second that it takes; 0: unknown.
    [[nodiscard]] double takes(MemberIndex member) const;
    /// Packets a second that all who are attached took lately; 0: unknown.
    [[nodiscard]] double all_take() const;
    /// What at least half of them took.
    [[nodiscard]] double most_take();
    struct Unrelated {
        double loss = 0;
        double sent = 0;  ///< packets a second, when as much was lost
    };
    /// One that was left behind is served now, more slowly, and loses as much as before: that has
    /// nothing to do with the rate. Told once.
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
        // The last whole one, when it was not judged yet.
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
        // Since when it is too slow, lossier than others, or as good as they are.
        std::optional<Time> slow_since;
        int slow_windows = 0;
        std::optional<Time> lossy_since;
        int lossy_windows = 0;
        std::optional<Time> good_since;
        std::optional<LimitedBy> cause;
        // When it was attached again, to be compared with what it has got since.
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
