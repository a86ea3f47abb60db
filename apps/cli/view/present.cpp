// SPDX-License-Identifier: MIT
#include "cli/view/present.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/grammar/host_list.hpp"
#include "cli/view/group_news.hpp"
#include "cli/view/text.hpp"
#include "cli/view/units.hpp"
#include "control/status_names.hpp"
#include "control/status_rules.hpp"

namespace mcast::cli {
namespace {

constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::size_t kLeastBar = 6;
constexpr std::size_t kMostBar = 30;
constexpr std::size_t kFailuresShown = 20;  // about a screen; `status` lists them all
constexpr std::size_t kMachinesShown = 32;  // a line for each; more are shown as ranges
constexpr std::size_t kLeastWrap = 40;      // columns; below, the terminal wraps as well as we do

std::size_t count_state(const Status& status, State state) {
    return static_cast<std::size_t>(
        std::ranges::count(status.receivers, state, &ReceiverStatus::state));
}

// "verified", or how many of the receivers that have it have not verified it.
std::string proof_text(const Status& status) {
    const auto unverified = std::ranges::count_if(status.receivers, [](const auto& receiver) {
        return receiver.state == State::success && !receiver.verified;
    });
    return unverified == 0 ? "verified" : fmt::format("{} of them not verified", unverified);
}

// The receivers that have it, and whether they verified it.
std::string audience_text(const Status& status) {
    if (status.role == Role::receiver) {
        return fmt::format("{}, {}", status.peer ? " from " + *status.peer : "",
                           status.digest ? "verified" : "not verified: no digest was offered");
    }
    return fmt::format(" to {}, {}", format_count(count_state(status, State::success), "receiver"),
                       proof_text(status));
}

// The rate; none for a few packets, which show only the delay of the path.
std::string speed_text(std::uint64_t bytes, double took) {
    constexpr std::uint64_t kLeast = 64 << 10;
    auto text = ", in " + format_seconds(took);
    if (bytes < kLeast || took <= 0) return text;
    return text + ", " + format_rate(8.0 * static_cast<double>(bytes) / took);
}

// The progress of a transfer that failed; empty if no data flowed.
std::string reached_text(const Status& status) {
    if (status.bytes_done == 0) return "";
    const auto total = status.bytes_total ? " of " + format_bytes(*status.bytes_total) : "";
    return fmt::format("{}: {}, {}{}", status.name, state_text(status),
                       format_bytes(status.bytes_done), total);
}

// The number at the beginning, if fewer than were asked for.
std::string began_with_text(const Status& status) {
    if (status.receivers_at_start.value_or(UINT32_MAX) >= status.receivers_wanted) return "";
    return fmt::format(", began with {} of {}", *status.receivers_at_start,
                       status.receivers_wanted);
}

// The receivers that are not heard.
std::string silent_text(const Status& status) {
    if (status.state != State::in_progress) return "";
    const ReceiverStatus* first = nullptr;
    std::size_t silent = 0;
    for (const auto& receiver : status.receivers) {
        if (receiver.state != State::in_progress || receiver.limited_by != LimitedBy::gone)
            continue;
        ++silent;
        if (first == nullptr || receiver.report_age_s > first->report_age_s) first = &receiver;
    }
    if (first == nullptr) return "";
    const auto whom = silent == 1 ? host_of(*first) : fmt::format("{} machines", silent);
    return fmt::format("no word from {} for {}", whom, format_seconds_short(first->report_age_s));
}

struct Part {
    std::string text;
    int rank = 0;  // the highest is left out first; 0: never
};

// The parts after percent and bar, the most important first.
std::vector<Part> progress_parts(const Status& status) {
    std::vector<Part> parts;
    const auto add = [&](std::string text, int rank = 0) {
        if (!text.empty()) parts.push_back({std::move(text), rank});
    };
    const auto rate = format_rate(static_cast<double>(status.rate_bps));
    add(status.phase == Phase::transferring ? rate : state_text(status) + " " + rate);
    if (status.eta_s) add(format_seconds_short(*status.eta_s) + " left", 1);
    if (status.role == Role::sender) {
        add(done_of_all(status) + " done");
        const auto failed = count_state(status, State::failure);
        if (failed > 0) add(fmt::format("{} failed", failed));
    }
    if (const auto pace = pace_text(status); !pace.empty()) add("paced by " + pace);
    add(waiting_text(status));
    const auto done = format_bytes(status.bytes_done);
    if (const auto size = size_text(status); !size.empty())
        add(fmt::format("{} of {}", done, size), 2);
    if (status.stats.repaired > 0) add(format_count(status.stats.repaired, "repair packet"), 3);
    return parts;
}

std::string joined(const std::vector<Part>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part.text;
    return text;
}

// Leaves out the least important parts until the line fits.
std::string fitting(std::vector<Part> parts, std::size_t width) {
    while (columns(joined(parts)) > width) {
        const auto least = std::ranges::max_element(parts, {}, &Part::rank);
        if (least->rank == 0) break;
        parts.erase(least);
    }
    return joined(parts);
}

void tell_failures(const Voice& voice, const Status& status) {
    std::size_t shown = 0;
    for (const auto& receiver : status.receivers) {
        if (receiver.state != State::failure || shown == kFailuresShown) continue;
        ++shown;
        const auto hint = hint_of(receiver.error.value_or(Error{}));
        voice.warning(fmt::format("{}: {}{}{}", name_of(receiver), failure_text(receiver),
                                  hint.empty() ? "" : "; ", hint));
    }
    const auto failures = count_state(status, State::failure);
    if (failures > shown) {
        voice.warning(fmt::format("{} more failed; `mcsend status {}` lists them", failures - shown,
                                  status.session));
    }
}

// Reports the receivers that have it: each with its time, or in a large group their names as
// ranges.
void tell_successes(const Voice& voice, const Status& status, const GroupNews& news) {
    std::vector<const ReceiverStatus*> good;
    for (const auto& receiver : status.receivers) {
        if (receiver.state == State::success) good.push_back(&receiver);
    }
    std::ranges::stable_sort(good, [](const auto* a, const auto* b) {
        return before_in_nature(host_of(*a), host_of(*b));
    });
    if (status.receivers.size() <= kMachinesShown) {
        for (const auto* receiver : good) {
            const auto seconds = news.seconds_of(receiver->id);
            voice.say(fmt::format("{}: {}{}", name_of(*receiver),
                                  receiver->verified ? "verified" : "has it, not verified",
                                  seconds ? ", " + format_seconds(*seconds) : ""));
        }
        return;
    }
    std::vector<std::string> names;
    for (const auto* receiver : good) names.push_back(host_of(*receiver));
    const auto count = names.size();
    if (count > 0) voice.say(fmt::format("{} have it: {}", count, fold_hosts(std::move(names))));
}

// "image.raw: 11 of 12 have it, verified, in 17.9 s, 146 Mbit/s": the time is that of the receivers
// that have it, without the wait for the others.
std::string partly_text(const Status& status, std::optional<double> seconds,
                        const GroupNews* news) {
    const auto done = count_state(status, State::success);
    std::optional<double> took;
    for (const auto& receiver : status.receivers) {
        if (news == nullptr || receiver.state != State::success) continue;
        if (const auto one = news->seconds_of(receiver.id)) took = std::max(took.value_or(0), *one);
    }
    if (!took) took = seconds;
    const auto all = std::max<std::size_t>(status.receivers.size(), status.missing.size() + done);
    return fmt::format("{}: {} of {} have it, {}{}{}", status.name, done, all, proof_text(status),
                       speed_text(status.bytes_total.value_or(0), took.value_or(status.elapsed_s)),
                       began_with_text(status));
}

}  // namespace

Voice::Voice(const Command& command, bool quiet)
    : err_(command.err), tool_(command.tool), colour_(colour_on_err(command)), quiet_(quiet) {
    if (command.err_is_terminal && command.width) {
        width_ = static_cast<std::size_t>(std::max(command.width(), 1));
    }
}

// A line is broken between words on a terminal, but stays whole in a log.
void Voice::line(std::string_view label, std::string_view colour, std::string_view text) const {
    const bool coloured = colour_ && !colour.empty();
    const auto head = tool_ + ": ";
    const auto used = head.size() + label.size();
    const auto safe = printable(text);
    auto lines = width_ < kLeastWrap || used + columns(safe) < width_
                     ? std::vector{safe}
                     : wrapped(std::string(label) + safe, width_ - head.size() - 1);
    if (lines.size() > 1) lines.front().erase(0, label.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i == 0) err_ << head << (coloured ? colour : "") << label << (coloured ? kPlain : "");
        err_ << (i == 0 ? "" : std::string(head.size(), ' ')) << lines[i] << '\n';
    }
    err_ << std::flush;
}

void Voice::say(std::string_view text) const {
    if (!quiet_) line("", "", text);
}

void Voice::warning(std::string_view text) const {
    if (!quiet_) line("warning: ", kYellow, text);
}

void Voice::hint(std::string_view text) const {
    if (!quiet_ && !text.empty()) line("hint: ", "", text);
}

void Voice::error(const Error& error) const {
    this->error(error, hint_of(error));
}

void Voice::error(const Error& error, std::string_view hint) const {
    line("error: ", kRed, error_text(error));
    this->hint(hint);
}

void Voice::usage(std::string_view text, std::string_view hint) const {
    line("error: ", kRed, text);
    this->hint(hint);
}

int report(const Voice& voice, const Error& error) {
    voice.error(error);
    return error.exit_status();
}

// An error on a pipe that nobody reads has a hint of its own.
std::string_view hint_of(const Error& error) {
    if (error.system == EPIPE) return "look at the program that was to read it";
    return error_info(error.code).hint;
}

std::string named(const std::string& session) {
    return session.empty() ? "the session" : session;
}

std::optional<int> reached_percent(std::uint64_t done, std::optional<std::uint64_t> total) {
    if (!total || *total == 0) return {};
    return control::percent_of(done, total);
}

bool is_partial(const Status& status) {
    return status.role == Role::sender && status.state == State::failure &&
           count_state(status, State::success) > 0;
}

std::string state_text(const Status& status) {
    if (status.state == State::success) return "success";
    if (status.state == State::failure) {
        if (is_partial(status)) return "partial";
        const auto reached = reached_percent(status.bytes_done, status.bytes_total);
        return reached ? fmt::format("failed at {} %", *reached) : "failed";
    }
    switch (status.phase) {
        case Phase::waiting:
            return "waiting";
        case Phase::transferring:
            return "transferring";
        case Phase::verifying:
            return "verifying";
        case Phase::finishing:
        case Phase::ended:
            return "finishing";
    }
    return "";
}

Colour state_colour(const Status& status) {
    if (status.state == State::success) return Colour::good;
    if (is_partial(status)) return Colour::attention;
    return status.state == State::failure ? Colour::bad : Colour::none;
}

std::string error_text(const Error& error) {
    const auto& info = error_info(error.code);
    return fmt::format("{} ({})", error.message.empty() ? info.meaning : error.message, info.name);
}

std::string bar(int percent, std::size_t width) {
    const auto full = static_cast<std::size_t>(std::clamp(percent, 0, 100)) * width / 100;
    return std::string(full, '#') + std::string(width - full, '-');
}

std::string done_of_all(const Status& status) {
    if (status.role == Role::receiver) return "";
    return fmt::format("{}/{}", count_state(status, State::success), status.receivers.size());
}

std::string age_words(double seconds) {
    struct Unit {
        double seconds;
        std::string_view noun;
    };
    constexpr std::array kUnits{Unit{86400, "day"}, Unit{3600, "hour"}, Unit{60, "minute"},
                                Unit{1, "second"}};
    for (const auto& unit : kUnits) {
        if (seconds < unit.seconds) continue;
        return format_count(static_cast<std::uint64_t>(seconds / unit.seconds), unit.noun);
    }
    return "less than a second";
}

std::string past_text(const Status& status, WallTime now) {
    const auto age = std::chrono::duration<double>(now - status.ended.value_or(status.started));
    return fmt::format("{} {} ago", status.ended ? "ended" : "began", age_words(age.count()));
}

std::string waiting_text(const Status& status) {
    if (status.waiting_for.empty()) return silent_text(status);
    if (status.waiting_for.starts_with("waiting")) return status.waiting_for;
    return "waiting for " + status.waiting_for;
}

std::string pace_text(const Status& status) {
    if (!status.paced_by) return "";
    const auto pacer = std::ranges::find(status.receivers, *status.paced_by, &ReceiverStatus::id);
    if (pacer == status.receivers.end()) return "";
    return fmt::format("{} ({})", host_of(*pacer), trouble_text(*pacer));
}

std::string trouble_text(const ReceiverStatus& receiver) {
    auto rate = format_rate(static_cast<double>(receiver.rate_bps));
    if (!receiver.cause) return rate;
    if (*receiver.cause == Cause::loss) return fmt::format("loss {:.0f} %", 100 * receiver.loss);
    return fmt::format("{}, {}", control::name_of(*receiver.cause), rate);
}

std::string size_text(const Status& status) {
    if (status.bytes_total) return format_bytes(*status.bytes_total);
    return status.bytes_expected ? "about " + format_bytes(*status.bytes_expected) : "";
}

std::string progress_text(const Status& status, std::size_t width) {
    if (status.phase == Phase::waiting) {
        return status.waiting_for.empty() ? "waiting" : waiting_text(status);
    }
    const bool estimated = control::progress_size(status).has_value();
    const auto head =
        estimated ? fmt::format("{} % ", status.percent) : format_bytes(status.bytes_done) + " ";
    const auto room = width - std::min(width, head.size());
    const auto rest = fitting(progress_parts(status), room);
    const auto used = columns(rest) + 3;  // the bar's brackets and a blank
    if (!estimated || used + kLeastBar > room) return head + rest;
    return fmt::format("{}[{}] {}", head, bar(status.percent, std::min(room - used, kMostBar)),
                       rest);
}

std::string success_text(const Status& status, std::optional<double> seconds) {
    const auto bytes = status.bytes_total.value_or(status.bytes_done);
    auto text = fmt::format("{}: {}{}", status.name, format_bytes(bytes), audience_text(status));
    text += speed_text(bytes, seconds.value_or(status.elapsed_s)) + began_with_text(status);
    if (status.path) text += ", " + place_text(*status.path);
    return text;
}

std::string place_text(const std::string& path) {
    if (path == "-") return "passed to standard output";
    return (path.starts_with("/dev/fd/") ? "passed to " : "saved as ") + path;
}

void tell_outcome(const Voice& voice, const Status& status, std::optional<double> seconds,
                  const GroupNews* news) {
    const bool partly = status.role == Role::sender && status.state == State::failure &&
                        count_state(status, State::success) > 0;
    if (status.state == State::success) voice.say(success_text(status, seconds));
    if (partly) voice.say(partly_text(status, seconds, news));
    if (status.state == State::failure && !partly && !reached_text(status).empty())
        voice.say(reached_text(status));
    if (status.state != State::success) voice.error(status.error.value_or(Error{}));
    if (news != nullptr && status.role == Role::sender) tell_successes(voice, status, *news);
    if (status.state != State::success) tell_failures(voice, status);
}

}  // namespace mcast::cli
