// SPDX-License-Identifier: MIT
#include "cli/close.hpp"

#include "cli/present.hpp"

namespace mcast::cli {

void flags(CLI::App& app, CloseCommand& options) {
    add_session(app, options.session);
    app.add_flag("--ended", options.ended, "all sessions that have ended")->excludes("SESSION");
    add_quiet_flag(app, options.quiet);
}

int run(Command& command, const CloseCommand& options) {
    const Voice voice(command, options.quiet);
    if (options.ended) {
        const auto count = command.library.close_ended(command.role);
        if (!count) return report(voice, count.error());
        voice.say("closed " + format_count(*count, "session"));
        return kExitSuccess;
    }
    const auto done = command.library.close(options.session, command.role);
    if (!done) return report(voice, done.error());
    voice.say("closed " + named(options.session));
    return kExitSuccess;
}

}  // namespace mcast::cli
