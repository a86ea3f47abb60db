// SPDX-License-Identifier: MIT
#include "cli/wait.hpp"

#include "cli/present.hpp"

namespace mcast::cli {

void flags(CLI::App& app, WaitCommand& options) {
    add_session(app, options.session);
    add_timeout_flag(app, options.timeout, "stop waiting after so long; the session goes on");
    app.add_flag("--json", options.json, "the final status as JSON on standard output");
    add_quiet_flag(app, options.quiet);
}

int run(Command& command, const WaitCommand& options) {
    const Voice voice(command, options.quiet);
    const auto found = find_session(command, options.session);
    if (!found) return report(voice, found.error());
    const auto ended = command.library.wait(found->session, found->role, options.timeout);
    if (!ended) return report(voice, ended.error());
    if (options.json) command.out << command.library.status_line(*ended) << '\n';
    tell_outcome(voice, *ended, {});
    return exit_status_of(*ended);
}

}  // namespace mcast::cli
