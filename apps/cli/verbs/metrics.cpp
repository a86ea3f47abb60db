// SPDX-License-Identifier: MIT
#include "cli/verbs/metrics.hpp"

#include "cli/view/openmetrics.hpp"
#include "cli/view/present.hpp"

namespace mcast::cli {

void flags(Parser& parser, MetricsCommand& options) {
    static_cast<void>(options);
    parser.footer(
        "For node exporter's textfile collector, replace the file as a whole:\n"
        "  " +
        parser.name() + " > mcast.prom.new && mv mcast.prom.new mcast.prom\n");
}

int run(Command& command, const MetricsCommand& options) {
    static_cast<void>(options);
    const auto sessions = command.library.list({});
    if (!sessions) return report(Voice(command, false), sessions.error());
    command.out << openmetrics(*sessions);
    return kExitSuccess;
}

}  // namespace mcast::cli
