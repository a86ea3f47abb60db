// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include <mcast/session.hpp>

namespace mcast::cli {

/// `mcrecv list --json`: an array of {"name", "meta", "sender", "host", "transfer", "bytes_total",
/// "started", "receivers"} on one line, in ASCII.
[[nodiscard]] std::string offers_line(std::span<const Offer> offers);

}  // namespace mcast::cli
