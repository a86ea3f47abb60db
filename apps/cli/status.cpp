// SPDX-License-Identifier: MIT
#include "cli/status.hpp"

#include "cli/present.hpp"
#include "cli/status_view.hpp"

namespace mcast::cli {
namespace {

std::string all_as_json(const Command& command, const std::vector<Status>& sessions) {
    std::string text = "[";
    for (const auto& status : sessions) {
        if (text.size() > 1) text += ",";
        text += command.library.status_line(status);
    }
    return text + "]\n";
}

std::string all_as_text(const Command& command, const std::vector<Status>& sessions) {
    return sessions.empty() ? "no sessions\n" : sessions_table(sessions, paper_of(command));
}

int show_all(Command& command, const StatusCommand& options) {
    const auto picture = [&](const std::vector<Status>& sessions) {
        return options.json ? all_as_json(command, sessions) : all_as_text(command, sessions);
    };
    if (options.watch.on) return watch(command, options.watch, options.quiet, {}, picture);
    const auto sessions = command.library.list({});
    if (!sessions) return report(Voice(command, options.quiet), sessions.error());
    command.out << picture(*sessions);
    return kExitSuccess;
}

int show_one(Command& command, const StatusCommand& options) {
    const auto found = find_session(command, options.session);
    if (!found) return report(Voice(command, options.quiet), found.error());
    return show_session(command, options.watch, options.quiet, *found, [&](const Status& status) {
        return options.json ? command.library.status_line(status) + "\n"
                            : session_details(status, paper_of(command));
    });
}

}  // namespace

void flags(Parser& parser, StatusCommand& options) {
    parser
        .add_option("SESSION", options.session,
                    "id, the beginning of an id, or name; all if absent")
        .type_name("[SESSION]");
    parser
        .add_flag("--json", options.json,
                  "an object for SESSION, else an array, on standard output")
        .group(kOutputGroup);
    add_watch_flag(parser, options.watch, options.session);
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const StatusCommand& options) {
    return options.session.empty() ? show_all(command, options) : show_one(command, options);
}

}  // namespace mcast::cli
