// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "protocol/receive/receiver_wait.hpp"

namespace mcast::session {

/// "waiting for an offer", "waiting for the sender, silent for 12 s of 30 s", ...; empty: for
/// nothing. `limit`: the silence that is borne; `command`: a command takes the content.
[[nodiscard]] std::string wait_text(const protocol::ReceiverWait& wait, Duration limit,
                                    bool command = false);

}  // namespace mcast::session
