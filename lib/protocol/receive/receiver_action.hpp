// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "protocol/object/placement.hpp"
#include "protocol/receive/receiver_event.hpp"

namespace mcast::protocol {

/// The result of a datagram.
struct Handled {
    Placement placement{};     ///< where its content belongs
    bool from_sender = false;  ///< it came from the sender that the receiver listens to, at its
                               ///< source address
};

/// The next task of the driver: work on content that has been placed, or an event to look at.
using ReceiverAction = std::variant<Order, ReceiverEvent>;

}  // namespace mcast::protocol
