// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "net/diagnosis.hpp"
#include "session/channel.hpp"

namespace mcast::session {

/// Looks for the reason when nothing was heard from the other side for a while after the start,
/// once. One thread.
class SilenceWatch {
  public:
    explicit SilenceWatch(Time begin) : due_(begin + kPatience) {}

    void heard_others() { due_ = kNever; }
    void heard_self() { heard_self_ = true; }

    [[nodiscard]] Time due() const { return due_; }
    /// When due: what could be wrong, the likeliest first; nothing afterwards.
    [[nodiscard]] std::vector<std::string> findings(const Channel& channel, bool sent_to_group) {
        due_ = kNever;
        auto facts =
            net::inspect(channel.choice.interface, channel.address, channel.group.receive_buffer());
        facts.receive_buffer.asked = facts.receive_buffer.granted;  // was said at the start
        facts.sent_to_group = sent_to_group;
        facts.heard_self = heard_self_;
        return net::diagnose(facts);
    }

  private:
    static constexpr Duration kPatience = std::chrono::seconds(5);

    Time due_;
    bool heard_self_ = false;
};

}  // namespace mcast::session
