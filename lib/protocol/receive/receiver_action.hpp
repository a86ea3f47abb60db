// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "protocol/object/placement.hpp"
#include "protocol/receive/receiver_event.hpp"

namespace mcast::protocol {

/// What has come of a datagram.
struct Handled {
    Placement placement{};     ///< where its content belongs
    bool from_sender = false;  ///< it came from the sender that the receiver listens to, at its
                               ///< source address
};

/// What the driver is to do next: work on content that has been placed, or an event to look at.
using ReceiverAction = std::variant<Order, ReceiverEvent>;

}  // namespace mcast::protocol
