// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.hpp"
#include "session/loop/channel.hpp"

namespace mcast::session {

/// Has the membership of the group announced now and then, for a switch that snoops on IGMP and has
/// no querier to ask for it: seldom while the other side is heard, which keeps such a switch from
/// forgetting us, soon when it falls silent, since then it may have. One thread.
class MembershipKeeper {
  public:
    explicit MembershipKeeper(Time begin) : begin_(begin), announced_(begin), heard_(begin) {}

    void heard(Time now) { heard_ = now; }

    [[nodiscard]] Time due() const {
        const Time seldom = announced_ + kSeldom;
        // Many machines may wait for hours.
        if (std::max(announced_, heard_) - begin_ > kLongWait && heard_ == begin_) return seldom;
        return std::min(seldom, std::max(heard_ + kSilence, announced_ + kSoon));
    }
    /// When due. `sender` is whom to hear meanwhile, our own address if there is none.
    void announce(Time now, Channel& channel, const net::Endpoint& sender) {
        announced_ = now;
        channel.group.announce_membership(sender.empty() ? channel.own.local() : sender);
    }

  private:
    static constexpr Duration kSeldom = std::chrono::seconds(30);
    static constexpr Duration kSoon = std::chrono::seconds(10);
    static constexpr Duration kSilence = std::chrono::seconds(2);
    static constexpr Duration kLongWait = std::chrono::minutes(5);

    Time begin_;
    Time announced_;
    Time heard_;
};

}  // namespace mcast::session
