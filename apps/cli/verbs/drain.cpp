// SPDX-License-Identifier: MIT
#include "cli/verbs/drain.hpp"

#include "cli/view/present.hpp"

namespace mcast::cli {

void flags(Parser& parser, DrainCommand& options) {
    add_session(parser, options.session);
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const DrainCommand& options) {
    const Voice voice(command, options.quiet);
    const auto done = command.library.drain(options.session);
    if (!done) return report(voice, done.error());
    voice.say("no more receivers for " + named(options.session));
    return kExitSuccess;
}

}  // namespace mcast::cli
