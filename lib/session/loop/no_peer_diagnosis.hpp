// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/time.hpp"
#include "net/network_facts.hpp"
#include "session/loop/channel.hpp"
#include "session/loop/no_peer_findings.hpp"
#include "session/loop/session_front.hpp"
#include "session/notices.hpp"

namespace mcast::session {

/// Warns of likely reasons, once, when the other side was not heard for a while after the start; at
/// a receiver once more when its joins are not answered. One thread.
class NoPeerDiagnosis {
  public:
    explicit NoPeerDiagnosis(Time begin) : due_(begin + kPatience) {}

    void heard_self() { heard_.self = true; }
    void heard_others() { heard_.others = true; }
    /// The other side was heard: by an offer, a receiver, the answer to a join.
    void answered() { due_ = kNever; }
    /// A receiver has sent a join: the sender should confirm it.
    void joins(Time now) {
        if (!std::exchange(joins_, true)) due_ = now + kPatience;
    }

    [[nodiscard]] Time due() const { return due_; }
    /// To be called when due: warns of what could be wrong, the likeliest first. Never due again
    /// after that. `feedback_port`: of a sender.
    void look(const Channel& channel, std::optional<std::uint16_t> feedback_port,
              SessionFront& session) {
        due_ = kNever;
        const auto facts = net::inspect(channel.choice.interface, channel.address);
        for (auto& finding : no_peer_findings(facts, heard_, feedback_port))
            session.warn(std::move(finding));
    }
    /// The same for a receiver that sends joins to `sender`, which was last heard at `heard`.
    void look_at_join(Time now, const net::Endpoint& sender, Time heard, SessionFront& session) {
        // A sender that is silent now may be gone: that is no matter of a firewall.
        due_ = now - heard > kSilent ? now + kSilent : kNever;
        if (due_ != kNever) return;
        session.warn(unanswered_joins_text(sender));
    }
    [[nodiscard]] bool awaits_confirmation() const { return joins_; }

  private:
    static constexpr Duration kPatience = std::chrono::seconds(5);
    static constexpr Duration kSilent = std::chrono::seconds(1);

    Time due_;
    HeardWhileWaiting heard_;
    bool joins_ = false;
};

}  // namespace mcast::session
