// SPDX-License-Identifier: MIT
#include "cli/verbs/status.hpp"

#include <fmt/format.h>

#include "cli/view/present.hpp"
#include "cli/view/status_view.hpp"
#include "cli/view/units.hpp"

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

std::string all_as_text(const Command& command, const std::vector<Status>& sessions,
                        bool also_old) {
    if (sessions.empty()) return "no sessions\n";
    const auto now = command.date();
    auto shown = sessions;
    const auto older =
        also_old ? 0 : std::erase_if(shown, [&](auto& one) { return is_of_the_past(one, now); });
    auto text = shown.empty() ? "no sessions in the last 24 hours\n"
                              : sessions_table(shown, paper_of(command), now);
    if (older > 0) {
        text += fmt::format("{}, not shown: --all shows them, close --ended removes what ended\n",
                            format_count(older, "older session"));
    }
    return text;
}

int show_all(Command& command, const StatusCommand& options) {
    const auto picture = [&](const std::vector<Status>& sessions) {
        return options.json ? all_as_json(command, sessions)
                            : all_as_text(command, sessions, options.all);
    };
    if (options.watch.on) return watch(command, options.watch, options.quiet, {}, picture);
    const auto sessions = command.library.list({});
    if (!sessions) return report(Voice(command, options.quiet), sessions.error());
    command.out << picture(*sessions);
    return kExitSuccess;
}

int show_one(Command& command, const StatusCommand& options) {
    const auto found = options.watch.on ? find_awaited(command, options.session,
                                                       [] { return std::optional<Seconds>(); })
                                        : find_session(command, options.session);
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
                    "id, name, or the beginning of an id; all if absent")
        .type_name("[SESSION]")
        .not_empty();
    parser.add_flag("--all", options.all, "also those that ended more than 24 hours ago")
        .group(kOutputGroup);
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
