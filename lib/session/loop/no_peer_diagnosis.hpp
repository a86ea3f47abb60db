// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/time.hpp"
#include "net/diagnosis.hpp"
#include "session/loop/channel.hpp"
#include "session/loop/session_front.hpp"

namespace mcast::session {

/// Looks for the reason when the other side was not heard for a while after the start, once; and at
/// a receiver once more when its joins are not answered. One thread.
class NoPeerDiagnosis {
  public:
    explicit NoPeerDiagnosis(Time begin) : due_(begin + kPatience) {}

    void heard_self() { heard_self_ = true; }
    void heard_others() { heard_others_ = true; }
    /// What is waited for has come: an offer, a receiver, the answer to a join.
    void answered() {
        due_ = kNever;
        answered_ = true;
    }
    /// A receiver has sent a join: the sender should confirm it.
    void joins(Time now) {
        if (!std::exchange(joins_, true)) due_ = now + kPatience;
    }

    [[nodiscard]] Time due() const { return due_; }
    /// When due: warns of what could be wrong, the likeliest first; of nothing afterwards.
    /// `feedback_port` is a sender's.
    void look(const Channel& channel, std::optional<std::uint16_t> feedback_port,
              SessionFront& session) {
        due_ = kNever;
        auto facts =
            net::inspect(channel.choice.interface, channel.address, channel.group.receive_buffer());
        facts.receive_buffer.asked = facts.receive_buffer.granted;  // was said at the start
        facts.feedback_port = feedback_port;
        facts.heard_self = heard_self_;
        facts.heard_others = heard_others_;
        facts.answered = answered_;
        for (auto& finding : net::diagnose(facts)) session.warn(std::move(finding));
    }
    /// The same at a receiver, whose joins go to `sender`, which was heard at `heard`.
    void look_at_join(Time now, const net::Endpoint& sender, Time heard, SessionFront& session) {
        // While the sender is silent there is nothing to conclude.
        due_ = now - heard > kSilent ? now + kSilent : kNever;
        if (due_ != kNever) return;
        session.warn("the sender, " + sender.address_string() +
                     ", is heard but does not answer joins: a firewall on its machine must let "
                     "UDP port " +
                     std::to_string(sender.port()) + " in");
    }
    [[nodiscard]] bool awaits_confirmation() const { return joins_; }

  private:
    static constexpr Duration kPatience = std::chrono::seconds(5);
    static constexpr Duration kSilent = std::chrono::seconds(1);

    Time due_;
    bool heard_self_ = false;
    bool heard_others_ = false;
    bool answered_ = false;
    bool joins_ = false;
};

}  // namespace mcast::session
