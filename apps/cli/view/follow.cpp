// SPDX-License-Identifier: MIT
#include "cli/view/follow.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>

#include <fmt/format.h>

#include "cli/id_file.hpp"
#include "cli/view/event_queue.hpp"
#include "cli/view/group_news.hpp"
#include "cli/view/present.hpp"
#include "cli/view/units.hpp"

namespace mcast::cli {
namespace {

constexpr Seconds kRefresh{0.25};  // between two redraws of a progress line
constexpr Seconds kCancelGrace{
    5.0};  // to tell the peers; a disk that hangs must not delay us longer

constexpr Seconds kBeginning{1.0};  // for a session to report its choices

// Passes an interrupt to the session, even to one that is just being started.
class Canceller {
  public:
    Canceller(Command& command, EventQueue& queue) : command_(command) {
        command_.on_interrupt([this, &queue] {
            interrupt();
            queue.wake();
        });
    }
    ~Canceller() { command_.on_interrupt({}); }
    Canceller(const Canceller&) = delete;
    Canceller& operator=(const Canceller&) = delete;

    void attach(Session& session) {
        const std::scoped_lock lock(mutex_);
        session_ = &session;
        if (interrupted_) cancel();
    }
    [[nodiscard]] bool interrupted() const { return interrupted_; }

  private:
    void interrupt() {
        const std::scoped_lock lock(mutex_);
        interrupted_ = true;
        if (session_ != nullptr) cancel();
    }
    // This fails if the session has just ended; then its end event is on the way.
    void cancel() { static_cast<void>(session_->cancel(kInterruptedReason)); }

    Command& command_;
    std::mutex mutex_;
    Session* session_ = nullptr;
    std::atomic<bool> interrupted_ = false;
};

Result<void> publish(IdFile& file, const Session& session) {
    return file.wanted() ? file.publish(session.query_status().session) : Result<void>();
}

// Closes the queue at its end, so that the session's thread for events does not wait for a reader.
class Closing {
  public:
    explicit Closing(EventQueue& queue) : queue_(queue) {}
    ~Closing() { queue_.close(); }
    Closing(const Closing&) = delete;
    Closing& operator=(const Closing&) = delete;

  private:
    EventQueue& queue_;
};

// Turns events into words and JSON lines.
class Narrator {
  public:
    Narrator(Command& command, const OutputOptions& output)
        : command_(command),
          json_(output.json),
          voice_(command, output.quiet),
          progress_(command, output.progress, output.quiet) {}

    void tell(const Event& event) {
        if (json_) command_.out << command_.library.event_line(event) << '\n' << std::flush;
        news_.add(event);
        switch (event.kind) {
            case Event::Kind::chosen:
                say(fmt::format("session {}: {}", event.session, event.text));
                break;
            case Event::Kind::warning:
                progress_.clear();
                voice_.warning(event.text);
                break;
            case Event::Kind::join:
                if (event.status) joined(*event.status);
                break;
            case Event::Kind::start:
                if (event.status) started_s_ = event.status->elapsed_s;
                news_.start(event.time);
                break;
            case Event::Kind::interval:
            case Event::Kind::pace:
            case Event::Kind::behind:
            case Event::Kind::back:
            case Event::Kind::receiver:
                break;
            case Event::Kind::end:
                tell_news();
                if (event.status) ended(*event.status);
                break;
        }
    }
    void tick(const Status& status) {
        tell_news();
        progress_.update(status);
    }
    void say(std::string_view text) {
        progress_.clear();
        voice_.say(text);
    }

  private:
    void joined(const Status& status) {
        say(fmt::format("receiving {}{}{}", status.name,
                        status.bytes_total ? ", " + format_bytes(*status.bytes_total) : "",
                        status.peer ? ", from " + *status.peer : ""));
    }
    void ended(const Status& status) {
        progress_.clear();
        std::optional<double> seconds;
        if (started_s_) seconds = status.elapsed_s - *started_s_;
        tell_outcome(voice_, status, seconds, &news_);
    }
    void tell_news() {
        for (const auto& line : news_.take()) {
            progress_.clear();
            line.warning ? voice_.warning(line.text) : voice_.say(line.text);
        }
    }

    Command& command_;
    bool json_;
    Voice voice_;
    Progress progress_;
    GroupNews news_;
    std::optional<double> started_s_;
};

// The text while a cancelled session ends; without peers to tell, that is quick.
std::string farewell_text(const Status& status) {
    const bool peers = status.role == Role::receiver
                           ? status.peer.has_value()
                           : std::ranges::any_of(status.receivers, [](const auto& receiver) {
                                 return receiver.state == State::in_progress;
                             });
    const auto whom =
        status.role == Role::receiver ? "telling the sender" : "telling the receivers";
    return fmt::format("{}; interrupt again to leave at once", peers ? whom : "ending");
}

// The final status; none if the session was interrupted and did not end in time.
std::optional<Status> watch_to_the_end(Command& command, Narrator& narrator, Session& session,
                                       EventQueue& queue, const Canceller& canceller) {
    std::optional<SteadyTime> interrupted_at;
    std::optional<SteadyTime> ticked;
    while (true) {
        const auto event = queue.pop(kRefresh);
        if (event) narrator.tell(*event);
        if (event && event->kind == Event::Kind::end) return *event->status;
        if (!canceller.interrupted()) {
            if (event && ticked && command.now() - *ticked < kRefresh) continue;
            narrator.tick(session.query_status());
            ticked = command.now();
        } else if (event) {
            continue;
        } else if (!interrupted_at) {
            interrupted_at = command.now();
            narrator.say(farewell_text(session.query_status()));
        } else if (command.now() - *interrupted_at > kCancelGrace) {
            return {};
        }
    }
}

// Reports the first events before the process leaves the terminal: the session's choices, or its
// end. Neither comes while the session waits for something that it needs to choose.
std::optional<Status> tell_beginning(Narrator& narrator, EventQueue& queue) {
    while (const auto event = queue.pop(kBeginning)) {
        narrator.tell(*event);
        if (event->kind == Event::Kind::end) return *event->status;
        if (event->kind == Event::Kind::chosen) break;
    }
    return {};
}

std::string announcement(const Command& command, const OutputOptions& output,
                         const Status& status) {
    return (output.json ? command.library.status_line(status) : status.session) + "\n";
}

OutputOptions only_words(OutputOptions output) {
    output.json = false;
    output.progress = ProgressMode::never;
    return output;
}

OutputOptions silence(OutputOptions output) {
    output = only_words(std::move(output));
    output.quiet = true;
    return output;
}

// The final status; empty if the end did not come in time.
std::optional<Status> attend(Command& command, const OutputOptions& output, Session& session,
                             EventQueue& queue, const Canceller& canceller, const Leave& leave) {
    if (!leave) {
        Narrator narrator(command, output);
        return watch_to_the_end(command, narrator, session, queue, canceller);
    }
    Narrator aloud(command, only_words(output));
    if (auto ended = tell_beginning(aloud, queue)) return ended;
    if (!leave(announcement(command, output, session.query_status()))) {
        static_cast<void>(session.cancel(kInterruptedReason));
    }
    Narrator silent(command, silence(output));
    return watch_to_the_end(command, silent, session, queue, canceller);
}

int transfer(Command& command, const OutputOptions& output, const StartSession& start,
             const Leave& leave) {
    const Voice voice(command, output.quiet);
    auto file = IdFile::prepare(output.id_file);
    if (!file) {
        voice.error(file.error(), "");  // the error names the option itself
        return end_without_session(command, output.json, file.error());
    }
    // The order matters: the canceller is destroyed before the session that it calls, and that
    // before the queue that it fills.
    EventQueue queue;
    std::unique_ptr<Session> session;
    Canceller canceller(command, queue);
    const Closing closing(queue);

    auto started = start([&queue](const Event& event) { queue.push(event); });
    if (!started) {
        voice.error(started.error());
        return end_without_session(command, output.json, started.error());
    }
    session = std::move(*started);
    canceller.attach(*session);
    if (const auto written = publish(*file, *session); !written) {
        return report(voice, written.error());
    }

    const auto last = attend(command, output, *session, queue, canceller, leave);
    if (!last) {
        voice.error({ErrorCode::cancelled, 0,
                     fmt::format("the session did not end within {} of the interrupt",
                                 format_seconds(kCancelGrace.count()))});
        command.exit_now(kExitInterrupted);
        return kExitInterrupted;
    }
    const bool broken_off = canceller.interrupted() && last->state == State::failure;
    return broken_off ? kExitInterrupted : exit_status_of(*last);
}

}  // namespace

int follow(Command& command, const OutputOptions& output, const StartSession& start) {
    if (!output.background) return transfer(command, output, start, {});
    return command.in_background(
        [&](const Leave& leave) { return transfer(command, output, start, leave); });
}

int end_without_session(Command& command, bool json, const Error& error) {
    if (json) {
        Event end;
        end.kind = Event::Kind::end;
        end.text = error.message;
        end.error = error;
        end.time = std::chrono::system_clock::now();
        command.out << command.library.event_line(end) << '\n' << std::flush;
    }
    return error.exit_status();
}

}  // namespace mcast::cli
