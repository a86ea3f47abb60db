// SPDX-License-Identifier: MIT
#pragma once

// JSON lines for --json: one object, no line feed. Only ASCII comes out, so that a name from the
// network is harmless on a terminal too; bytes that are not UTF-8 become U+FFFD. What the keys are
// is settled by control/status_json.hpp.

#include <string>

#include <mcast/session.hpp>
#include <mcast/status.hpp>

namespace mcast::cli {

[[nodiscard]] std::string event_line(const Event& event);
[[nodiscard]] std::string status_line(const Status& status);
/// Of a sender's status what is about its receivers.
[[nodiscard]] std::string receivers_line(const Status& status);

}  // namespace mcast::cli
