// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "cli/grammar/parser.hpp"

namespace mcast::cli {

struct MetricsCommand {};

/// Prints all sessions of both roles as OpenMetrics text, which a cron job can pass to node
/// exporter's textfile collector.
void flags(Parser& parser, MetricsCommand& options);
int run(Command& command, const MetricsCommand& options);

}  // namespace mcast::cli
