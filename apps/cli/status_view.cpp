// SPDX-License-Identifier: MIT
#include "cli/status_view.hpp"

#include <fmt/format.h>

#include "cli/present.hpp"
#include "cli/table.hpp"
#include "cli/units.hpp"

namespace mcast::cli {
namespace {

// The bar takes what the width allows, and nothing where there is no room to spare.
std::size_t bar_width(std::size_t width) {
    if (width < 70) return 0;
    if (width < 100) return 6;
    return width < 160 ? 16 : 30;
}

// "###---  43 %", "43"; how far a session that failed came is told by its state.
std::string progress_cell(const Status& status, std::size_t width) {
    if (status.state == State::failure) return "";
    const auto room = bar_width(width);
    if (room == 0) return fmt::format("{}", status.percent);
    return fmt::format("{} {:>3} %", bar(status.percent, room), status.percent);
}

std::string note_of(const Status& status) {
    return status.error ? error_text(*status.error) : waiting_text(status);
}

std::vector<Cell> row_of(const Status& status, std::size_t width) {
    const bool running = status.state == State::in_progress;
    const auto rate = running ? status.rate_bps : 0;
    return {status.session,
            status.name,
            status.role == Role::sender ? "send" : "recv",
            {state_text(status), state_colour(status)},
            progress_cell(status, width),
            rate > 0 ? format_rate_short(static_cast<double>(rate)) : "",
            running && status.eta_s ? format_seconds_short(*status.eta_s) : "",
            done_of_all(status)};
}

}  // namespace

std::string sessions_table(std::span<const Status> sessions, const Paper& paper) {
    using enum Column::Align;
    Table table({{"ID", left},
                 {"NAME", left, 8, 1},
                 {"ROLE", left, 0, 5},
                 {"STATE", left},
                 {bar_width(paper.width) == 0 ? "%" : "PROGRESS", right, 0, 2},
                 {"RATE", right, 0, 4},
                 {"ETA", right, 0, 6},
                 {"DONE", right, 0, 3}},
                "NOTE");
    for (const auto& status : sessions) table.add(row_of(status, paper.width), note_of(status));
    return table.render(paper);
}

}  // namespace mcast::cli
