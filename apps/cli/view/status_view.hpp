// SPDX-License-Identifier: MIT
#pragma once

// Statuses as text for people, on paper of any width. Pure functions; statuses can hold any text
// from the network.

#include <span>
#include <string>

#include <mcast/status.hpp>

#include "cli/view/paint.hpp"

namespace mcast::cli {

/// A row for each session, with its age at `now`; the error of a failed one in the same row, or on
/// a line below.
[[nodiscard]] std::string sessions_table(std::span<const Status> sessions, const Paper& paper,
                                         WallTime now);

/// True if it ended more than a day ago: the list leaves it out, unless all are wanted.
[[nodiscard]] bool is_of_the_past(const Status& status, WallTime now);

/// All about one session; for a sender also a row for each receiver.
[[nodiscard]] std::string session_details(const Status& status, const Paper& paper);

/// A row for each receiver of a sender's session: those in trouble first, then by host name, so
/// that a row stays in its place while nothing changes.
[[nodiscard]] std::string receivers_table(const Status& status, const Paper& paper);

}  // namespace mcast::cli
