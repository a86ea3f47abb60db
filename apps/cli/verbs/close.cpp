// SPDX-License-Identifier: MIT
#include "cli/verbs/close.hpp"

#include "cli/view/present.hpp"

namespace mcast::cli {

void flags(Parser& parser, CloseCommand& options) {
    add_session(parser, options.session);
    parser.add_flag("--ended", options.ended, "all sessions that have ended")
        .excludes("SESSION")
        .group(kOptionsGroup);
    parser.add_flag("--force", options.force, "a running one, too: it is cancelled first")
        .excludes("--ended")
        .group(kOptionsGroup);
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const CloseCommand& options) {
    const Voice voice(command, options.quiet);
    if (options.ended) {
        const auto count = command.library.close_ended();
        if (!count) return report(voice, count.error());
        voice.say("closed " + format_count(*count, "session"));
        return kExitSuccess;
    }
    const auto& close = options.force ? command.library.force_close : command.library.close;
    const auto done = close(options.session, command.role);
    if (!done) return report(voice, done.error());
    voice.say("closed " + named(options.session));
    return kExitSuccess;
}

}  // namespace mcast::cli
