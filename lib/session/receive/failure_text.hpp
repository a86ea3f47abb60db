// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <mcast/error.hpp>

#include "protocol/receive/receiver_error.hpp"
#include "protocol/receive/receiver_notice.hpp"

namespace mcast::session {

/// The failure of a receiver in words, which its sender is told, too.
[[nodiscard]] std::string failure_text(const protocol::ReceiverError& error);
[[nodiscard]] Error to_error(const protocol::ReceiverError& error);

/// A warning about an offer; empty: there is none.
[[nodiscard]] std::string notice_text(const protocol::ReceiverNotice& notice);

}  // namespace mcast::session
