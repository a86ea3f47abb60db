// SPDX-License-Identifier: MIT
#pragma once

// Statuses as text for people, at most `width` columns wide. Pure functions; the statuses may hold
// anything that came from the network.

#include <span>
#include <string>

#include <mcast/status.hpp>

namespace mcast::cli {

/// A row for each session; the error of one that failed on a line below it.
[[nodiscard]] std::string sessions_table(std::span<const Status> sessions, std::size_t width);

/// All about one session; of a sender also a row for each receiver, slowest first.
[[nodiscard]] std::string session_details(const Status& status, std::size_t width);

}  // namespace mcast::cli
