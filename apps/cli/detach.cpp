// SPDX-License-Identifier: MIT
#include "cli/detach.hpp"

#include "cli/present.hpp"

namespace mcast::cli {

void flags(CLI::App& app, DetachCommand& options) {
    app.add_option("SESSION", options.words,
                   "the session, needless when there is only one, and the receiver: id or host")
        ->type_name("RECEIVER")
        ->expected(1, 2)
        ->required();
    add_quiet_flag(app, options.quiet);
}

int run(Command& command, const DetachCommand& options) {
    const Voice voice(command, options.quiet);
    const auto session = options.words.size() > 1 ? options.words.front() : std::string();
    const auto done = command.library.detach(session, options.words.back());
    if (!done) return report(voice, done.error());
    voice.say("detached " + options.words.back() + " from " + named(session));
    return kExitSuccess;
}

}  // namespace mcast::cli
