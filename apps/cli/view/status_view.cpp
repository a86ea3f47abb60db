// SPDX-License-Identifier: MIT
#include "cli/view/status_view.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "cli/view/present.hpp"
#include "cli/view/table.hpp"
#include "cli/view/units.hpp"

namespace mcast::cli {
namespace {

constexpr auto kShown = std::chrono::hours(24);

// The bar is as wide as the width allows; 0 if there is no room, or no terminal.
std::size_t bar_width(std::size_t width) {
    if (width < 70 || width >= kEndless) return 0;
    if (width < 100) return 6;
    return width < 160 ? 16 : 30;
}

// "###---  43 %", "43"; empty for a session that failed, whose state has the percent.
std::string progress_cell(const Status& status, std::size_t width) {
    if (status.state == State::failure) return "";
    const auto room = bar_width(width);
    if (room == 0) return fmt::format("{}", status.percent);
    return fmt::format("{} {:>3} %", bar(status.percent, room), status.percent);
}

// True if Ctrl-C here ended the session, which needs no line of its own.
bool is_interrupted(const Status& status) {
    return status.error && status.error->code == ErrorCode::cancelled &&
           status.error->message == kInterruptedReason;
}

// The note on a session, without what its state says already.
std::string note_of(const Status& status) {
    if (is_interrupted(status)) return "";
    return status.error ? error_text(*status.error) : waiting_text(status);
}

double age_of(WallTime time, WallTime now) {
    return std::max(std::chrono::duration<double>(now - time).count(), 0.0);
}

std::vector<Cell> row_of(const Status& status, std::size_t width, WallTime now) {
    const bool running = status.state == State::in_progress;
    const auto rate = running ? status.rate_bps : 0;
    return {status.session,
            status.name,
            status.role == Role::sender ? "send" : "recv",
            {is_interrupted(status) ? "cancelled" : state_text(status), state_colour(status)},
            progress_cell(status, width),
            rate > 0 ? format_rate_short(static_cast<double>(rate)) : "",
            running && status.eta_s ? format_seconds_short(*status.eta_s) : "",
            done_of_all(status),
            size_text(status),
            format_seconds_short(age_of(status.started, now))};
}

}  // namespace

std::string sessions_table(std::span<const Status> sessions, const Paper& paper, WallTime now) {
    using enum Column::Align;
    Table table({{"ID", left},
                 {"NAME", left, 9, 1},
                 {"ROLE", left, 0, 7},
                 {"STATE", left},
                 {bar_width(paper.width) == 0 ? "%" : "PROGRESS", right, 0, 2},
                 {"RATE", right, 0, 6},
                 {"ETA", right, 0, 8},
                 {"DONE", right, 0, 4},
                 {"SIZE", right, 0, 9},
                 {"AGE", right, 0, 3}},
                "NOTE");
    for (const auto& status : sessions) {
        table.add(row_of(status, paper.width, now), note_of(status));
    }
    return table.render(paper);
}

bool is_of_the_past(const Status& status, WallTime now) {
    if (status.state == State::in_progress) return false;
    const auto ran = std::chrono::duration_cast<WallTime::duration>(
        std::chrono::duration<double>(status.elapsed_s));
    return now - status.ended.value_or(status.started + ran) > kShown;
}

}  // namespace mcast::cli
