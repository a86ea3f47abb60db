// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "protocol/send/sender_parts.hpp"

namespace mcast::protocol {

/// Takes requests of receivers for symbols, INFO and digests, and bounds them for each receiver,
/// which may be hostile. The parts outlive it.
class RepairIntake {
  public:
    explicit RepairIntake(SenderParts& parts) : parts_(parts) {}

    /// `response`: when the probe left that the receiver answers with it; empty: it answers none.
    void on_nack(Time now, Member& member, const wire::Nack& nack, std::optional<Time> response);
    void on_digest_request(Member& member, const wire::DigestRequest& request);
    /// Some plain receiver waits for what it will not get: it is told what is gone.
    void squelch(Time now);

  private:
    [[nodiscard]] bool overdrawn(const Member& member);
    [[nodiscard]] std::uint32_t near_blocks() const;

    SenderParts& parts_;
    std::optional<Time> squelched_;  // the last time
};

}  // namespace mcast::protocol
