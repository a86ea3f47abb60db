// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "protocol/send/sender_wait.hpp"

namespace mcast::session {

/// "waiting for 2 more of 4 receivers", "waiting for 3 receivers to verify", ...; empty if the
/// sender waits for nothing. `limit`: the longest silence that is borne.
[[nodiscard]] std::string wait_text(const protocol::SenderWait& wait, Duration limit);

}  // namespace mcast::session
