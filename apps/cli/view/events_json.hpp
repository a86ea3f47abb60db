// SPDX-License-Identifier: MIT
#pragma once

// JSON lines for --json: one object, no line feed. The output is ASCII, so that a name from the
// network is harmless on a terminal, too; bytes that are not UTF-8 become U+FFFD.
// control/status_json.hpp defines the keys.

#include <string>

#include <mcast/session.hpp>
#include <mcast/status.hpp>

namespace mcast::cli {

[[nodiscard]] std::string event_line(const Event& event);
[[nodiscard]] std::string status_line(const Status& status);
/// The part of a sender's status about its receivers.
[[nodiscard]] std::string receivers_line(const Status& status);

}  // namespace mcast::cli
