// SPDX-License-Identifier: MIT
#include "cli/verbs/wait.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/view/present.hpp"

namespace mcast::cli {
namespace {

// The rest of the user's time limit, if there is one.
class TimeLeft {
  public:
    TimeLeft(const Command& command, std::optional<Seconds> limit)
        : command_(command), begun_(command.now()), limit_(limit) {}
    [[nodiscard]] std::optional<Seconds> operator()() const {
        if (!limit_) return {};
        return std::max(*limit_ - Seconds(command_.now() - begun_), Seconds{0});
    }

  private:
    const Command& command_;
    SteadyTime begun_;
    std::optional<Seconds> limit_;
};

// All sessions, or the error of the first that is missing: then there is no wait.
Result<std::vector<Status>> find_all(const Command& command,
                                     const std::vector<std::string>& sessions,
                                     const TimeLeft& left) {
    std::vector<Status> found;
    for (const auto& session : sessions) {
        auto status = find_awaited(command, session, left);
        if (!status) return std::unexpected(status.error());
        found.push_back(*std::move(status));
    }
    return found;
}

// Tells that a session found by its name ended earlier: yesterday's outcome must not pass for
// today's.
void tell_past(const Command& command, const Voice& voice, const std::string& asked,
               const Status& found) {
    if (found.state == State::in_progress || found.session.starts_with(asked)) return;
    voice.say(fmt::format("session {} of {} {}", found.session, found.name,
                          past_text(found, command.date())));
}

}  // namespace

void flags(Parser& parser, WaitCommand& options) {
    parser
        .add_option("SESSION", options.sessions,
                    "id, name, or the beginning of an id; needless when only one runs")
        .type_name("[SESSION...]")
        .not_empty();
    add_timeout_flag(parser, options.timeout, "stop waiting after so long; the sessions go on",
                     kOptionsGroup);
    parser
        .add_flag("--json", options.json,
                  "the final status of each as a line of JSON on standard output")
        .group(kOutputGroup);
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const WaitCommand& options) {
    const Voice voice(command, options.quiet);
    const TimeLeft left(command, options.timeout);
    const auto asked = options.sessions.empty() ? std::vector<std::string>{""} : options.sessions;
    const auto found = find_all(command, asked, left);
    if (!found) return report(voice, found.error());
    int outcome = kExitSuccess;
    std::optional<Error> gave_up;
    for (std::size_t i = 0; i < found->size(); ++i) {
        const auto& session = (*found)[i];
        tell_past(command, voice, asked[i], session);
        const auto ended = command.library.wait(session.session, session.role, left());
        if (!ended) {
            gave_up = ended.error();
            static_cast<void>(report(voice, ended.error()));
            continue;
        }
        if (options.json) command.out << command.library.status_line(*ended) << '\n' << std::flush;
        tell_outcome(voice, *ended, {});
        if (outcome == kExitSuccess) outcome = exit_status_of(*ended);
    }
    return gave_up ? gave_up->exit_status() : outcome;
}

}  // namespace mcast::cli
