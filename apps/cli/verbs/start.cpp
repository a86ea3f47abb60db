// SPDX-License-Identifier: MIT
#include "cli/verbs/start.hpp"

#include "cli/view/present.hpp"

namespace mcast::cli {

void flags(Parser& parser, StartCommand& options) {
    add_session(parser, options.session);
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const StartCommand& options) {
    const Voice voice(command, options.quiet);
    const auto done = command.library.begin(options.session);
    if (!done) return report(voice, done.error());
    voice.say("started " + named(options.session));
    return kExitSuccess;
}

}  // namespace mcast::cli
