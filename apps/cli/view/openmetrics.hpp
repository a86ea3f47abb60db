// SPDX-License-Identifier: MIT
#pragma once

// Sessions as OpenMetrics text (docs/status.md, "Metrics"), restricted to what the older Prometheus
// text format shares: node exporter's textfile collector reads only that. Pure.

#include <span>
#include <string>

#include <mcast/status.hpp>

namespace mcast::cli {

/// All families that have a sample, each with its type, unit and help, then "# EOF".
[[nodiscard]] std::string openmetrics(std::span<const Status> sessions);

}  // namespace mcast::cli
