// SPDX-License-Identifier: MIT
#include "cli/view/progress.hpp"

#include <algorithm>

#include "cli/view/present.hpp"
#include "cli/view/text.hpp"

namespace mcast::cli {
namespace {

constexpr Seconds kLineEvery{5};  // so that a log of an hour stays readable
constexpr std::string_view kStartOver = "\r\x1b[K";

}  // namespace

Progress::Progress(Command& command, ProgressMode mode, bool quiet) : command_(command) {
    const bool in_place = mode == ProgressMode::always || command.err_is_terminal;
    style_ = quiet || mode == ProgressMode::never ? Style::none
             : in_place                           ? Style::in_place
                                                  : Style::lines;
}

void Progress::update(const Status& status) {
    if (style_ == Style::none || status.phase == Phase::ended) return;
    // The wait is over, and an event that tells why is about to come.
    if (status.phase == Phase::waiting && status.waiting_for.empty()) return;
    const auto prefix = command_.tool + ": ";
    if (style_ == Style::in_place) {
        // The last column stays free: some terminals wrap as soon as it is written.
        const auto width = static_cast<std::size_t>(std::max(command_.width(), 2)) - 1;
        const auto room = width - std::min(width, prefix.size());
        redraw(cut_end(prefix + printable(progress_text(status, room)), width));
    } else {
        print_now_and_then(status, prefix + printable(progress_text(status)));
    }
}

void Progress::clear() {
    if (drawn_) command_.err << kStartOver << std::flush;
    drawn_ = false;
}

void Progress::redraw(const std::string& line) {
    command_.err << kStartOver << line << std::flush;
    drawn_ = true;
}

// Prints a change of phase at once, the same wait only once, and the rest every few seconds.
void Progress::print_now_and_then(const Status& status, const std::string& text) {
    const auto now = command_.now();
    const bool news = !printed_ || status.phase != printed_phase_;
    if (!news && (now - *printed_ < kLineEvery || text == printed_text_)) return;
    command_.err << text << '\n' << std::flush;
    printed_ = now;
    printed_phase_ = status.phase;
    printed_text_ = text;
}

}  // namespace mcast::cli
