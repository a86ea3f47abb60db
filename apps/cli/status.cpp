// SPDX-License-Identifier: MIT
#include "cli/status.hpp"

#include <algorithm>

#include "cli/present.hpp"
#include "cli/status_view.hpp"

namespace mcast::cli {
namespace {

constexpr Seconds kWatchAllEvery{1};
constexpr std::size_t kIdLength = 8;

// Draws one text over the one before where standard output is a terminal, else below it.
class Screen {
  public:
    explicit Screen(Command& command) : command_(command) {}

    void show(const std::string& text) {
        if (command_.out_is_terminal && lines_ > 0) {
            command_.out << "\x1b[" << lines_ << "A\x1b[J";
        }
        lines_ = std::ranges::count(text, '\n');
        command_.out << text << std::flush;
    }

  private:
    Command& command_;
    std::ptrdiff_t lines_ = 0;
};

std::size_t width_of(const Command& command) {
    return static_cast<std::size_t>(std::max(command.width(), 20));
}

std::string one_as_text(const Command& command, const Status& status, bool json) {
    return json ? command.library.status_line(status) + "\n"
                : session_details(status, width_of(command));
}

std::string all_as_json(const Command& command, const std::vector<Status>& sessions) {
    std::string text = "[";
    for (const auto& status : sessions) {
        if (text.size() > 1) text += ",";
        text += command.library.status_line(status);
    }
    return text + "]\n";
}

std::string all_as_text(const Command& command, const std::vector<Status>& sessions, bool json) {
    if (json) return all_as_json(command, sessions);
    return sessions.empty() ? "no sessions\n" : sessions_table(sessions, width_of(command));
}

int show_all(Command& command, const StatusCommand& options) {
    Screen screen(command);
    while (true) {
        const auto sessions = command.library.list({});
        if (!sessions) return report(Voice(command, options.quiet), sessions.error());
        screen.show(all_as_text(command, *sessions, options.json));
        const bool running =
            std::ranges::find(*sessions, State::in_progress, &Status::state) != sessions->end();
        if (!options.watch || !running) return kExitSuccess;
        command.sleep(options.every.value_or(kWatchAllEvery));
    }
}

int show_one(Command& command, const StatusCommand& options) {
    const Voice voice(command, options.quiet);
    const auto found = find_session(command, options.session);
    if (!found) return report(voice, found.error());
    Screen screen(command);
    if (!options.watch) {
        screen.show(one_as_text(command, *found, options.json));
        return kExitSuccess;
    }
    std::optional<SteadyTime> shown;
    const auto each = [&](const Status& status) {
        const auto now = command.now();
        const bool early = shown && options.every && now - *shown < *options.every;
        if (early && status.state == State::in_progress) return true;
        shown = now;
        screen.show(one_as_text(command, status, options.json));
        return static_cast<bool>(command.out);
    };
    const auto watched = command.library.watch(found->session, found->role, each);
    return watched ? kExitSuccess : report(voice, watched.error());
}

// The value of --watch may be left out, so a SESSION that follows it arrives here. A session's id
// can be all digits, but then there are eight of them.
void store_watch(StatusCommand& options, const std::string& text) {
    options.watch = true;
    if (text.empty()) return;
    const auto seconds = parse_positive_seconds(text);
    if (seconds && text.size() < kIdLength) {
        options.every = Seconds{*seconds};
    } else if (options.session.empty()) {
        options.session = text;
    } else {
        throw CLI::ValidationError("--watch", "'" + text + "' is not a duration; examples: 5, 0.5");
    }
}

}  // namespace

void flags(CLI::App& app, StatusCommand& options) {
    app.add_option("SESSION", options.session, "id, the beginning of an id, or name; all if absent")
        ->type_name("");
    app.add_flag("--json", options.json,
                 "an object for SESSION, else an array, on standard output");
    app.add_option_function<std::string>(
           "--watch", [&options](const std::string& text) { store_watch(options, text); },
           "go on showing it until it has ended, every SECONDS if given")
        ->type_name("[SECONDS]")
        ->expected(0, 1);
    add_quiet_flag(app, options.quiet);
}

int run(Command& command, const StatusCommand& options) {
    return options.session.empty() ? show_all(command, options) : show_one(command, options);
}

}  // namespace mcast::cli
