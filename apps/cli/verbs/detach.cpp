// SPDX-License-Identifier: MIT
#include "cli/verbs/detach.hpp"

#include "cli/view/present.hpp"

namespace mcast::cli {
namespace {

constexpr const char* kDetachOperands = "[SESSION] RECEIVER";

}  // namespace

void flags(Parser& parser, DetachCommand& options) {
    parser
        .add_option("WORDS", options.words,
                    "SESSION may be left out when there is only one; RECEIVER is an id or a host")
        .type_name(kDetachOperands)
        .expected(1, 2);
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const DetachCommand& options) {
    const Voice voice(command, options.quiet);
    if (options.words.empty()) {
        voice.usage("no receiver given; `mcsend receivers SESSION` lists them",
                    std::string("usage: mcsend detach ") + kDetachOperands);
        return error_info(ErrorCode::usage).exit_status;
    }
    const auto session = options.words.size() > 1 ? options.words.front() : std::string();
    const auto done = command.library.detach(session, options.words.back());
    if (!done && done.error().code == ErrorCode::usage) {
        voice.error(done.error(), "mcsend receivers lists them by id and host");
        return done.error().exit_status();
    }
    if (!done) return report(voice, done.error());
    voice.say("detached " + options.words.back() + " from " + named(session));
    return kExitSuccess;
}

}  // namespace mcast::cli
