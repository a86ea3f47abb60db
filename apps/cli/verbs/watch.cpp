// SPDX-License-Identifier: MIT
#include "cli/verbs/watch.hpp"

#include <algorithm>
#include <atomic>

#include "cli/view/present.hpp"
#include "cli/view/screen.hpp"

namespace mcast::cli {
namespace {

constexpr Seconds kRedraw{0.1};  // nobody reads faster than this
constexpr Seconds kTurn{0.25};   // between two looks at the terminal's size, for Ctrl-C and Ctrl-Z
constexpr std::size_t kIdLength = 8;

// Tells whether somebody pressed Ctrl-C during its life.
class Interruption {
  public:
    explicit Interruption(Command& command) : command_(command) {
        command_.on_interrupt([this] { happened_ = true; });
    }
    ~Interruption() { command_.on_interrupt({}); }
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    [[nodiscard]] bool happened() const { return happened_; }

  private:
    Command& command_;
    std::atomic<bool> happened_ = false;
};

bool all_ended(const std::vector<Status>& sessions) {
    return std::ranges::find(sessions, State::in_progress, &Status::state) == sessions.end();
}

// A session's id can be all digits, but then there are eight of them.
Parsed<void> store_watch(WatchOptions& options, std::string& session, const std::string& text) {
    options.on = true;
    if (text.empty()) return {};
    const auto seconds = parse_positive_seconds(text);
    if (seconds && text.size() < kIdLength) {
        options.every = Seconds{*seconds};
    } else if (session.empty()) {
        session = text;
    } else {
        return std::unexpected("'" + text + "' is not a duration; examples: 5, 0.5");
    }
    return {};
}

}  // namespace

void add_watch_flag(Parser& parser, WatchOptions& options, std::string& session) {
    parser
        .add_text(
            "--watch",
            [&options, &session](const std::string& text) {
                return store_watch(options, session, text);
            },
            "go on showing it until it has ended, at most every SECONDS if given")
        .type_name("[SECONDS]")
        .expected(0, 1)
        .group(kOutputGroup);
}

int watch(Command& command, const WatchOptions& options, bool quiet,
          std::vector<std::string> sessions, const Picture& picture) {
    const auto watcher = command.library.watch_all(std::move(sessions));
    if (!watcher) return report(Voice(command, quiet), watcher.error());
    auto& watched = **watcher;
    const auto every = options.every.value_or(kRedraw);
    const Interruption interruption(command);
    Screen screen(command);
    std::optional<SteadyTime> shown;
    bool news = true;
    while (!all_ended(watched.sessions()) && !interruption.happened() && command.out) {
        const auto now = command.now();
        const bool due = !shown || now - *shown >= every;
        if (screen.was_suspended() || screen.resized() || (news && due)) {
            screen.show(picture(watched.sessions()));
            shown = now;
            news = false;
        }
        const Seconds pause = news ? Seconds(every - (now - *shown)) : kTurn;
        news = watched.wait(std::clamp(pause, Seconds{0}, kTurn)) || news;
    }
    screen.leave(picture(watched.sessions()));
    return interruption.happened() ? kExitInterrupted : kExitSuccess;
}

int show_session(Command& command, const WatchOptions& options, bool quiet, const Status& found,
                 const std::function<std::string(const Status&)>& view) {
    if (!options.on) {
        command.out << view(found);
        return kExitSuccess;
    }
    Status last = found;
    const auto picture = [&](const std::vector<Status>& sessions) {
        if (!sessions.empty()) last = sessions.front();
        return view(last);
    };
    const int status = watch(command, options, quiet, {found.session}, picture);
    if (status != kExitSuccess || last.state != State::in_progress || !command.out) return status;
    return report(Voice(command, quiet),
                  {ErrorCode::no_such_session, 0,
                   "session " + found.session + " was closed before anybody saw its end"});
}

}  // namespace mcast::cli
