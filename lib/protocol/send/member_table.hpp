// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "protocol/send/member.hpp"

namespace mcast::protocol {

/// The receivers that a sender knows, in the order of joining, except that one may take the place
/// of another. Bounded: the network cannot make it grow without limit.
class MemberTable {
  public:
    static constexpr std::size_t kLimit = 20000;

    [[nodiscard]] Member* find(NodeId node) {
        const auto it = index_.find(raw(node));
        return it == index_.end() ? nullptr : &members_[it->second];
    }
    [[nodiscard]] const Member* find(NodeId node) const {
        const auto it = index_.find(raw(node));
        return it == index_.end() ? nullptr : &members_[it->second];
    }
    [[nodiscard]] bool full() const { return members_.size() - free_.has_value() >= kLimit; }
    /// To be called while the table is not full. A member of the same node id that has ended stays
    /// in the list, but is no longer found. The reference is valid until the next add.
    Member& add(NodeId node, Time now) {
        const std::size_t place = std::exchange(free_, std::nullopt).value_or(members_.size());
        if (place == members_.size()) append();
        Member& member = members_[place] = Member();
        member.index = static_cast<MemberIndex>(place);
        member.node = node;
        member.joined = member.heard = member.reported = now;
        member.progress = Progress(now);
        index_.insert_or_assign(raw(node), place);
        unheard_.push_back(node);
        return member;
    }
    /// The member that joined first among those that have said nothing since; null: there is none.
    [[nodiscard]] const Member* longest_unheard() {
        for (; !unheard_.empty(); unheard_.pop_front())
            if (const Member* member = find(unheard_.front());
                member != nullptr && is_unheard(*member))
                return member;
        return nullptr;
    }
    /// Forgets that member. Its place, and so its index, is for the next one.
    void remove_unheard() {
        if (longest_unheard() == nullptr) return;
        const auto found = index_.find(raw(unheard_.front()));
        free_ = found->second;
        index_.erase(found);
        unheard_.pop_front();
    }

    [[nodiscard]] std::vector<Member>& all() { return members_; }
    [[nodiscard]] const std::vector<Member>& all() const { return members_; }
    /// Receivers of the state that count for the session's result.
    [[nodiscard]] std::size_t count(State state) const {
        std::size_t n = 0;
        for (const Member& p : members_) n += p.counted && p.state == state;
        return n;
    }

  private:
    // A member that ended by its own word has spoken.
    [[nodiscard]] static bool is_unheard(const Member& member) {
        return !member.spoke && (member.in_progress() ||
                                 (member.error && member.error->code == ErrorCode::receiver_lost));
    }

    // A stranger decides how many there are: a quarter is left over at most, not a half.
    void append() {
        if (members_.size() == members_.capacity()) members_.reserve(members_.size() * 5 / 4 + 4);
        members_.emplace_back();
    }

    std::vector<Member> members_;
    std::deque<NodeId> unheard_;                  // some have said something since
    std::optional<std::size_t> free_;             // a place that was left
    std::map<std::uint32_t, std::size_t> index_;  // the keys are strangers' choice: no hashing
};

}  // namespace mcast::protocol
