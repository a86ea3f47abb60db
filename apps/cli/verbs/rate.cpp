// SPDX-License-Identifier: MIT
#include "cli/verbs/rate.hpp"

#include <algorithm>

#include "cli/source_check.hpp"
#include "cli/view/present.hpp"

namespace mcast::cli {
namespace {

constexpr const char* kRateOperands = "[SESSION] auto|BITS";

int misused(const Voice& voice, std::string_view text) {
    voice.usage(text, std::string("usage: mcsend rate ") + kRateOperands);
    return error_info(ErrorCode::usage).exit_status;
}

// The warning that a transfer gives at its start, for the rest of the content. Silent if the
// session is gone.
void warn_of_duration(const Command& command, const Voice& voice, const std::string& session,
                      std::optional<std::uint64_t> rate_bps) {
    const auto found = command.library.query(session, Role::sender);
    if (!found || found->state != State::in_progress || !found->bytes_total) return;
    const auto left = *found->bytes_total - std::min(found->bytes_done, *found->bytes_total);
    const auto text =
        long_duration("the rest of " + found->name, static_cast<double>(left), rate_bps);
    if (text) voice.warning(*text);
}

}  // namespace

void flags(Parser& parser, RateCommand& options) {
    parser
        .add_option("WORDS", options.words,
                    "SESSION may be left out when there is only one; BITS as 900M or 2.5G")
        .type_name(kRateOperands)
        .expected(1, 2);
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const RateCommand& options) {
    const Voice voice(command, options.quiet);
    if (options.words.empty()) return misused(voice, "no rate given; examples: auto, 900M, 2.5G");
    const auto session = options.words.size() > 1 ? options.words.front() : std::string();
    const auto rate = parse_rate_or_auto(options.words.back());
    if (!rate) return misused(voice, rate.error());
    const auto done = command.library.set_rate(session, *rate);
    if (!done) return report(voice, done.error());
    const auto text = *rate ? format_rate(static_cast<double>(**rate)) : "auto";
    voice.say("rate of " + named(session) + " set to " + text);
    if (*rate) warn_of_duration(command, voice, session, *rate);
    return kExitSuccess;
}

}  // namespace mcast::cli
