// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.hpp"
#include "session/loop/channel.hpp"

namespace mcast::session {

/// Decides when to announce the membership of the group again, for switches that snoop on IGMP in a
/// network without a querier. While the other side is heard that is seldom, so that the switch does
/// not forget us; when it falls silent it is soon, since the switch may have. One thread.
class MembershipKeeper {
  public:
    explicit MembershipKeeper(Time begin) : begin_(begin), announced_(begin), heard_(begin) {}

    void heard(Time now) { heard_ = now; }

    [[nodiscard]] Time due() const {
        const Time seldom = announced_ + kSeldom;
        // Many machines may wait for hours: together they must not fill the network.
        if (std::max(announced_, heard_) - begin_ > kLongWait && heard_ == begin_) return seldom;
        return std::min(seldom, std::max(heard_ + kSilence, announced_ + kSoon));
    }
    /// To be called when due. Only packets from `sender` come in during the announcement; if it is
    /// empty, only our own.
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
