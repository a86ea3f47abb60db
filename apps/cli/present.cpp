// SPDX-License-Identifier: MIT
#include "cli/present.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/text.hpp"
#include "cli/units.hpp"
#include "control/status_rules.hpp"

namespace mcast::cli {
namespace {

constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::size_t kBarWidth = 10;
constexpr std::size_t kFailuresShown = 20;  // a screenful; `status` lists them all

std::size_t count_state(const Status& status, State state) {
    return static_cast<std::size_t>(
        std::ranges::count(status.receivers, state, &ReceiverStatus::state));
}

std::string name_of(const ReceiverStatus& receiver) {
    const auto& host = receiver.host.empty() ? receiver.id : receiver.host;
    return receiver.address.empty() ? host : fmt::format("{} ({})", host, receiver.address);
}

// "lab-02 (10.0.0.12): failed at 43 %: cannot write x (no_space); make room, or ..."
std::string failure_text(const ReceiverStatus& receiver, std::optional<std::uint64_t> total) {
    const auto error = receiver.error.value_or(Error{});
    const auto& hint = error_info(error.code).hint;
    const auto reached = reached_percent(receiver.bytes_done, total);
    return fmt::format("{}: failed{}: {}{}{}", name_of(receiver),
                       reached ? fmt::format(" at {} %", *reached) : "", error_text(error),
                       hint.empty() ? "" : "; ", hint);
}

// Who got it, and whether it was proved.
std::string audience_text(const Status& status) {
    if (status.role == Role::receiver) {
        return fmt::format("{}, {}", status.peer ? " from " + *status.peer : "",
                           status.digest ? "verified" : "not verified: no digest was offered");
    }
    const auto unverified = std::ranges::count_if(status.receivers, [](const auto& receiver) {
        return receiver.state == State::success && !receiver.verified;
    });
    const auto done = count_state(status, State::success);
    const auto proof = unverified == 0 ? std::string("verified")
                                       : fmt::format("{} of them not verified", unverified);
    return fmt::format(" to {}, {}", format_count(done, "receiver"), proof);
}

// What follows percent and bar.
std::string progress_rest(const Status& status) {
    std::string text;
    if (status.phase != Phase::transferring) text += " " + state_text(status);
    text += " " + format_rate(static_cast<double>(status.rate_bps));
    if (status.eta_s) text += fmt::format(", {} left", format_seconds_short(*status.eta_s));
    if (status.role == Role::sender) {
        text += fmt::format(", {} receivers done", done_of_all(status));
        const auto failed = count_state(status, State::failure);
        if (failed > 0) text += fmt::format(", {} failed", failed);
    }
    if (status.stats.repaired > 0) text += ", " + format_count(status.stats.repaired, "repair");
    if (!status.waiting_for.empty()) text += ", " + waiting_text(status);
    return text;
}

}  // namespace

Voice::Voice(const Command& command, bool quiet)
    : err_(command.err), tool_(command.tool), colour_(colour_on_err(command)), quiet_(quiet) {}

void Voice::line(std::string_view label, std::string_view colour, std::string_view text) const {
    const bool coloured = colour_ && !colour.empty();
    err_ << tool_ << ": " << (coloured ? colour : "") << label << (coloured ? kPlain : "")
         << printable(text) << '\n'
         << std::flush;
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
    this->error(error, error_info(error.code).hint);
}

void Voice::error(const Error& error, std::string_view hint) const {
    line("error: ", kRed, error_text(error));
    this->hint(hint);
}

void Voice::usage(std::string_view text) const {
    usage(text, "see " + tool_ + " --help");
}

void Voice::usage(std::string_view text, std::string_view hint) const {
    line("error: ", kRed, text);
    this->hint(hint);
}

int report(const Voice& voice, const Error& error) {
    voice.error(error);
    return error.exit_status();
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
    if (status.waiting_for.empty()) return "";
    if (status.waiting_for.starts_with("waiting")) return status.waiting_for;
    return "waiting for " + status.waiting_for;
}

std::string progress_text(const Status& status, std::size_t width) {
    if (status.phase == Phase::waiting) {
        return status.waiting_for.empty() ? "waiting" : waiting_text(status);
    }
    const auto rest = progress_rest(status);
    if (!status.bytes_total) return format_bytes(status.bytes_done) + rest;
    const auto percent = fmt::format("{} %", status.percent);
    const auto drawn = fmt::format(" [{}]", bar(status.percent, kBarWidth));
    const bool room = columns(percent + drawn + rest) <= width;
    return percent + (room ? drawn : "") + rest;
}

std::string success_text(const Status& status, std::optional<double> seconds) {
    const auto bytes = status.bytes_total.value_or(status.bytes_done);
    const auto took = seconds.value_or(status.elapsed_s);
    auto text = fmt::format("{}: {}{}, in {}", status.name, format_bytes(bytes),
                            audience_text(status), format_seconds(took));
    if (bytes > 0 && took > 0) {
        text += ", " + format_rate(8.0 * static_cast<double>(bytes) / took);
    }
    if (status.path) text += ", " + place_text(*status.path);
    return text;
}

std::string place_text(const std::string& path) {
    if (path == "-") return "passed to standard output";
    return (path.starts_with("/dev/fd/") ? "passed to " : "saved as ") + path;
}

void tell_outcome(const Voice& voice, const Status& status, std::optional<double> seconds) {
    if (status.state == State::success) {
        voice.say(success_text(status, seconds));
        return;
    }
    voice.error(status.error.value_or(Error{}));
    std::size_t shown = 0;
    const auto failures = count_state(status, State::failure);
    for (const auto& receiver : status.receivers) {
        if (receiver.state != State::failure || shown == kFailuresShown) continue;
        ++shown;
        voice.warning(failure_text(receiver, status.bytes_total));
    }
    if (failures > shown) {
        voice.warning(fmt::format("{} more failed; `mcsend status {}` lists them", failures - shown,
                                  status.session));
    }
}

}  // namespace mcast::cli
