// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/receive/receiver_parts.hpp"

namespace mcast::protocol {

/// When a receiver asks for content and digests that it lacks. The parts outlive it.
class RequestSchedule {
  public:
    explicit RequestSchedule(ReceiverParts& parts) : parts_(parts) {}

    /// Begins a cycle of NACKs, unless one is under way.
    void want_nack(Time now);
    void want_digests(Time now);
    /// Something is missing that the sender has passed.
    [[nodiscard]] bool lacks_passed() const {
        return parts_.nacks.lacks_passed(parts_.object.blocks());
    }
    [[nodiscard]] NackCycle::Conditions conditions(Time now) const;

    void on_nack_timer(Time now);
    void on_digest_timer(Time now);
    /// The sender pauses after that block: all that is missing below is asked for.
    void on_flush(Time now, std::uint32_t block);
    /// The round trip has become shorter: no timer waits longer than it would by this one.
    void shorten(Time now);
    /// Asks again where the sender is quiet, whatever keeps it so.
    void ask_again(Time now);

  private:
    void ask_for_rest(Time now);
    [[nodiscard]] Duration digest_patience();

    ReceiverParts& parts_;
};

}  // namespace mcast::protocol
