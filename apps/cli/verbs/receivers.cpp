// SPDX-License-Identifier: MIT
#include "cli/verbs/receivers.hpp"

#include "cli/view/present.hpp"
#include "cli/view/status_view.hpp"

namespace mcast::cli {

void flags(Parser& parser, ReceiversCommand& options) {
    add_session(parser, options.session);
    parser
        .add_flag("--json", options.json, "the receivers of the status as JSON on standard output")
        .group(kOutputGroup);
    add_watch_flag(parser, options.watch, options.session);
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const ReceiversCommand& options) {
    const auto found = command.library.query(options.session, Role::sender);
    if (!found) return report(Voice(command, options.quiet), found.error());
    return show_session(command, options.watch, options.quiet, *found, [&](const Status& status) {
        if (options.json) return command.library.receivers_line(status) + "\n";
        return status.receivers.empty() ? std::string("no receivers\n")
                                        : receivers_table(status, paper_of(command));
    });
}

}  // namespace mcast::cli
