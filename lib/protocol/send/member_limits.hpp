// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/send/presence_watch.hpp"

namespace mcast::protocol {

/// Gives up receivers that are silent for too long, or stand still while others could go on. Its
/// parts outlive it.
class MemberLimits {
  public:
    struct Parts {
        const SenderConfig& config;
        const Stage& stage;
        const Membership& group;
        const ObjectSender& object;
        const SenderMessages& messages;
        const NewDataHold& hold;
        const FeedbackTiming& timing;
        PresenceWatch& presence;
        Outcomes& outcomes;
    };
    explicit MemberLimits(const Parts& parts) : parts_(parts) {}

    /// To be called at each check, for a receiver in progress.
    void check(Time now, Member& member);

  private:
    void check_plain(Time now, Member& member);
    [[nodiscard]] bool owes_watermark(const Member& member) const;
    [[nodiscard]] bool stands_still(const Member& member) const;
    [[nodiscard]] ByteCount reachable() const;
    [[nodiscard]] bool owes_outcome(const Member& member) const;

    Parts parts_;
};

}  // namespace mcast::protocol
