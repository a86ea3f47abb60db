// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "protocol/send/sender_parts.hpp"

namespace mcast::protocol {

/// The receiver that sets the pace, if a single one does: it is there, attached and not finished.
[[nodiscard]] std::optional<Pace> limiting_receiver(const SenderParts& parts);

}  // namespace mcast::protocol
