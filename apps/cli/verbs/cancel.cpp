// SPDX-License-Identifier: MIT
#include "cli/verbs/cancel.hpp"

#include "cli/view/present.hpp"

namespace mcast::cli {

void flags(Parser& parser, CancelCommand& options) {
    add_session(parser, options.session);
    parser.add_option("--reason", options.reason, "text that the session's error will hold")
        .type_name("TEXT")
        .take_last()
        .group(kOptionsGroup);
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const CancelCommand& options) {
    const Voice voice(command, options.quiet);
    const auto done = command.library.cancel(options.session, command.role, options.reason);
    if (!done) return report(voice, done.error());
    voice.say("cancelling " + named(options.session));
    return kExitSuccess;
}

}  // namespace mcast::cli
