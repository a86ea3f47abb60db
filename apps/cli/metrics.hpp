// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace mcast::cli {

struct MetricsCommand {};

/// Prints all sessions of both roles as OpenMetrics text: what a cron job hands to node exporter's
/// textfile collector.
void flags(CLI::App& app, MetricsCommand& options);
int run(Command& command, const MetricsCommand& options);

}  // namespace mcast::cli
