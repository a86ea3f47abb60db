// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "wire/norm/header.hpp"

namespace mcast::wire {

/// NACK and ACK have the same fixed part, except for two bytes (RFC 5740 sections 4.3.1, 4.3.2).
///
///    8               9              10              11
///   +---------------------------------------------------------------+
///   |                    server (sender) node id                    |
///   +-------------------------------+-------------------------------+
///   |          instance_id          |  NACK: reserved               |
///   |                               |  ACK: ack_type(8) ack_id(8)   |
///   +-------------------------------+-------------------------------+
///   |                 grtt_response, seconds                        |
///   +---------------------------------------------------------------+
///   |                 grtt_response, microseconds                   |
///   +---------------------------------------------------------------+
///   |       extensions (EXT_CC), then the payload                   |
///   +---------------------------------------------------------------+
///
/// grtt_response is the send time of the last CMD(CC) plus the time it was held; 0,0: none heard.
/// NRL: its sender looks at the first extension of a NACK only, so EXT_CC comes first.
inline constexpr std::size_t kFeedbackHeader = 24;

}  // namespace mcast::wire
