// SPDX-License-Identifier: MIT
#include "cli/rate.hpp"

#include "cli/present.hpp"

namespace mcast::cli {

void flags(Parser& parser, RateCommand& options) {
    parser
        .add_option("WORDS", options.words,
                    "SESSION may be left out when there is only one; BITS as 900M or 2.5G")
        .type_name("[SESSION] auto|BITS")
        .expected(1, 2);
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const RateCommand& options) {
    const Voice voice(command, options.quiet);
    if (options.words.empty()) {
        voice.usage("no rate given; examples: auto, 900M, 2.5G");
        return error_info(ErrorCode::usage).exit_status;
    }
    const auto session = options.words.size() > 1 ? options.words.front() : std::string();
    const auto rate = parse_rate_or_auto(options.words.back());
    if (!rate) {
        voice.usage(rate.error());
        return error_info(ErrorCode::usage).exit_status;
    }
    const auto done = command.library.set_rate(session, *rate);
    if (!done) return report(voice, done.error());
    const auto text = *rate ? format_rate(static_cast<double>(**rate)) : "auto";
    voice.say("rate of " + named(session) + " set to " + text);
    return kExitSuccess;
}

}  // namespace mcast::cli
