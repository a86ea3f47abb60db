// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/send/sender_parts.hpp"

namespace mcast::protocol {

/// Takes what receivers ask for: symbols, INFO and digests; and bounds it for each of them: it may
/// be none of ours. The parts outlive it.
class RepairIntake {
  public:
    explicit RepairIntake(SenderParts& parts) : parts_(parts) {}

    /// Of a receiver that has answered the probe of `response`, if any.
    void on_nack(Time now, Member& member, const wire::Nack& nack, std::optional<Time> response);
    void on_digest_request(Member& member, const wire::DigestRequest& request);

  private:
    [[nodiscard]] bool overdrawn(const Member& member);
    [[nodiscard]] std::uint32_t near_blocks() const;

    SenderParts& parts_;
};

}  // namespace mcast::protocol
