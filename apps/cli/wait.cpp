// SPDX-License-Identifier: MIT
#include "cli/wait.hpp"

#include <algorithm>

#include "cli/present.hpp"

namespace mcast::cli {
namespace {

// All of them, or the first that is not there: nothing is waited for then.
Result<std::vector<Status>> find_all(const Command& command,
                                     const std::vector<std::string>& sessions) {
    std::vector<Status> found;
    for (const auto& session : sessions) {
        auto status = find_session(command, session);
        if (!status) return std::unexpected(status.error());
        found.push_back(*std::move(status));
    }
    return found;
}

}  // namespace

void flags(Parser& parser, WaitCommand& options) {
    parser
        .add_option("SESSION", options.sessions,
                    "id, the beginning of an id, or name; needless when there is only one")
        .type_name("[SESSION...]");
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
    const auto begun = command.now();
    const auto found = find_all(
        command, options.sessions.empty() ? std::vector<std::string>{""} : options.sessions);
    if (!found) return report(voice, found.error());
    int outcome = kExitSuccess;
    std::optional<Error> gave_up;
    for (const auto& session : *found) {
        std::optional<Seconds> left;
        if (options.timeout) {
            left = std::max(*options.timeout - Seconds(command.now() - begun), Seconds{0});
        }
        const auto ended = command.library.wait(session.session, session.role, left);
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
