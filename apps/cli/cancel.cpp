// SPDX-License-Identifier: MIT
#include "cli/cancel.hpp"

#include "cli/present.hpp"

namespace mcast::cli {

void flags(CLI::App& app, CancelCommand& options) {
    add_session(app, options.session);
    app.add_option("--reason", options.reason, "text that the session's error will hold")
        ->type_name("TEXT")
        ->take_last()
        ->group(kOptionsGroup);
    add_quiet_flag(app, options.quiet);
}

int run(Command& command, const CancelCommand& options) {
    const Voice voice(command, options.quiet);
    const auto done = command.library.cancel(options.session, command.role, options.reason);
    if (!done) return report(voice, done.error());
    voice.say("cancelling " + named(options.session));
    return kExitSuccess;
}

}  // namespace mcast::cli
