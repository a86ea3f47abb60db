// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "protocol/receive/content_intake.hpp"
#include "protocol/receive/receiver_parts.hpp"

namespace mcast::protocol {

/// Takes the messages that come while a receiver looks for an offer, and the driver's answer to the
/// one that was found. The others outlive it.
class OfferIntake {
  public:
    OfferIntake(ReceiverParts& parts, ContentIntake& content) : parts_(parts), content_(content) {}

    /// True: it came from the sender that is listened to.
    bool hear(Time now, const wire::Message& message, const Origin& from);
    void handle_timeout(Time now) { take(now, parts_.discovery.handle_timeout(now)); }
    /// With a window only content in [released, released + window) is placed.
    void accept(Time now, std::optional<ByteCount> window);
    void skip(const std::string& why);
    void listen(Time now);

  private:
    void take(Time now, Discovery::Heard heard);
    void tell_notices();

    ReceiverParts& parts_;
    ContentIntake& content_;
};

}  // namespace mcast::protocol
