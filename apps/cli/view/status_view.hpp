// SPDX-License-Identifier: MIT
#pragma once

// Statuses as text for people, on paper of any width. Pure functions; the statuses may hold
// anything that came from the network.

#include <span>
#include <string>

#include <mcast/status.hpp>

#include "cli/view/paint.hpp"

namespace mcast::cli {

/// A row for each session, with its age at `now`; the error of one that failed beside it, or on a
/// line below.
[[nodiscard]] std::string sessions_table(std::span<const Status> sessions, const Paper& paper,
                                         WallTime now);

/// It has ended, and that was so long ago that the list leaves it out unless all are wanted: a day.
[[nodiscard]] bool is_of_the_past(const Status& status, WallTime now);

/// All about one session; of a sender also a row for each receiver.
[[nodiscard]] std::string session_details(const Status& status, const Paper& paper);

/// A row for each receiver of a sender's session: those in trouble first, then by host name, so
/// that a row stays where it is while nothing happens to it.
[[nodiscard]] std::string receivers_table(const Status& status, const Paper& paper);

}  // namespace mcast::cli
