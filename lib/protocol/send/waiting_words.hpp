// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "protocol/send/sender_parts.hpp"

namespace mcast::protocol {

/// "2 of 4 receivers have joined", "3 receivers have to report", ...; empty: nothing is waited for.
[[nodiscard]] std::string waiting_text(const SenderParts& parts);

}  // namespace mcast::protocol
