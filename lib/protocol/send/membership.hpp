// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "protocol/send/expected_hosts.hpp"
#include "protocol/send/member_table.hpp"

namespace mcast::protocol {

/// The group of receivers: its members, its size now and soon, who of them paces the sender, and
/// whether all that the sender waits for have come or ended. It decides nothing about any member.
class Membership {
  public:
    /// To begin with so many receivers, and with all those hosts.
    Membership(std::uint32_t begin_with, const std::vector<std::string>& expect)
        : begin_with_(begin_with), expected_(expect) {}

    // The receivers themselves; see MemberTable.
    [[nodiscard]] std::vector<Member>& all() { return table_.all(); }
    [[nodiscard]] const std::vector<Member>& all() const { return table_.all(); }
    [[nodiscard]] Member* find(NodeId node) { return table_.find(node); }
    [[nodiscard]] const Member* find(NodeId node) const { return table_.find(node); }
    [[nodiscard]] const Member& at(MemberIndex index) const { return all()[raw(index)]; }
    [[nodiscard]] std::size_t count(State state) const { return table_.count(state); }
    [[nodiscard]] bool full() const { return table_.full(); }
    Member& add(NodeId node, Time now);
    [[nodiscard]] const Member* longest_unheard() { return table_.longest_unheard(); }
    void remove_unheard() { table_.remove_unheard(); }

    // How large it is.
    [[nodiscard]] std::size_t size() const { return all().size(); }
    /// The group is so large that receivers spread what they say, and are answered many at once.
    [[nodiscard]] bool large() const;
    /// The group is so large that a look at all members takes a while.
    [[nodiscard]] bool many() const;
    /// The number of receivers that have joined or are about to. Receivers that wait to join hear
    /// it and spread their joins. `gathering`: the session has not begun.
    [[nodiscard]] std::size_t expected_size(bool gathering) const;
    /// A round of checks is over: joins are counted by rounds.
    void end_round();

    // The members that pace the sender. Call recount() when anything has changed that decides it.
    void recount();
    /// Recounts a small group at once. A large one waits for the next check, for each member that
    /// comes or goes would cost a look at all.
    void recount_soon();
    /// Counts a member that has joined, without a look at the others.
    void count_joined(const Member& member);
    [[nodiscard]] std::size_t attached() const { return attached_; }    ///< that pace us
    [[nodiscard]] std::size_t reporters() const { return reporters_; }  ///< of these, when many
    [[nodiscard]] std::size_t awaited() const { return awaited_; }      ///< have no outcome yet
    /// The offset up to which all members that pace us can take new data. An output that is written
    /// in order holds new data back even while its receiver is away: a later part could not be
    /// written.
    [[nodiscard]] ByteCount window_end() const { return window_end_; }
    /// The least that an attached member in progress has, by its last report; kNoWindow if none is.
    [[nodiscard]] ByteCount least_done() const { return least_done_; }
    /// All attached members that are not away have so much.
    [[nodiscard]] bool attached_have(ByteCount size) const;
    /// The most that an attached member has.
    [[nodiscard]] ByteCount most_done() const;

    // The members that were waited for, and their outcomes.
    [[nodiscard]] std::size_t begin_with() const { return begin_with_; }
    [[nodiscard]] std::size_t wanted() const;  ///< the same, but at least one
    [[nodiscard]] std::size_t expected() const { return expected_.size(); }  ///< by name
    /// All have come that are waited for.
    [[nodiscard]] bool complete() const;
    /// Expected hosts that are not there; `gathering` false: that do not have it all.
    [[nodiscard]] std::vector<std::string> missing(bool gathering) const;
    /// Expected hosts that never came.
    [[nodiscard]] std::vector<std::string> absent() const;
    /// As many receivers as are waited for have come, none of them can take the file, and nobody
    /// has come since.
    [[nodiscard]] bool all_declined(Time now) const;
    /// All members fell silent and failed for no other reason: the cause may be our own network.
    [[nodiscard]] bool all_lost() const;

  private:
    MemberTable table_;
    std::uint32_t begin_with_;
    ExpectedHosts expected_;
    std::size_t joins_now_ = 0;     // in this round
    std::size_t joins_before_ = 0;  // in the one before
    std::size_t attached_ = 0;
    std::size_t reporters_ = 0;
    std::size_t awaited_ = 0;
    ByteCount window_end_ = Member::kNoWindow;
    ByteCount least_done_ = Member::kNoWindow;
};

}  // namespace mcast::protocol
