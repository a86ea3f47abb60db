// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <utility>

#include "base/time.hpp"
#include "net/diagnosis.hpp"
#include "session/channel.hpp"
#include "session/session_base.hpp"

namespace mcast::session {

/// Looks for the reason when nothing was heard from the other side for a while after the start,
/// once. One thread.
class SilenceWatch {
  public:
    explicit SilenceWatch(Time begin) : due_(begin + kPatience) {}

    void heard_others() { due_ = kNever; }
    void heard_self() { heard_self_ = true; }

    [[nodiscard]] Time due() const { return due_; }
    /// When due: warns of what could be wrong, the likeliest first; of nothing afterwards.
    void look(const Channel& channel, bool sent_to_group, SessionBase& session) {
        due_ = kNever;
        auto facts =
            net::inspect(channel.choice.interface, channel.address, channel.group.receive_buffer());
        facts.receive_buffer.asked = facts.receive_buffer.granted;  // was said at the start
        facts.sent_to_group = sent_to_group;
        facts.heard_self = heard_self_;
        for (auto& finding : net::diagnose(facts)) session.warn(std::move(finding));
    }

  private:
    static constexpr Duration kPatience = std::chrono::seconds(5);

    Time due_;
    bool heard_self_ = false;
};

}  // namespace mcast::session
