// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "protocol/receive/receiver_parts.hpp"

namespace mcast::protocol {

/// How a receiver ends: its outcome is told to the sender until that confirms it, or is silent for
/// too long. The parts outlive it.
class ReceiverEnding {
  public:
    explicit ReceiverEnding(ReceiverParts& parts) : parts_(parts) {}

    /// All is verified, and the file has its name; with the digest of the whole.
    void succeed(Time now, Bytes root);
    /// The sender is told, if it knows of us.
    void fail(Time now, ReceiverError error);
    /// As fail(); but when the sender of the offer does not answer, nobody made that offer.
    void decline(Time now, ReceiverError error);
    /// The outcome is told again, if that is of use.
    void tell(Time now);

    /// The sender counts us, by the digest of what it has sent.
    void confirm(Bytes root);
    /// Nobody is told any more.
    void end(std::optional<ReceiverError> error);
    /// The offer was nobody's: the driver listens on. `why`: it could not be taken either.
    void pass_over(const std::string& why);
    /// Why nothing new comes although the sender is there.
    [[nodiscard]] ReceiverError standstill() const;

  private:
    void begin_to_tell(Time now);
    [[nodiscard]] std::string text_of(const ReceiverError& error) const;

    ReceiverParts& parts_;
};

}  // namespace mcast::protocol
