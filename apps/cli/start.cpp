// SPDX-License-Identifier: MIT
#include "cli/start.hpp"

#include "cli/present.hpp"

namespace mcast::cli {

void flags(CLI::App& app, StartCommand& options) {
    add_session(app, options.session);
    add_quiet_flag(app, options.quiet);
}

int run(Command& command, const StartCommand& options) {
    const Voice voice(command, options.quiet);
    const auto done = command.library.begin(options.session);
    if (!done) return report(voice, done.error());
    voice.say("started " + named(options.session));
    return kExitSuccess;
}

}  // namespace mcast::cli
