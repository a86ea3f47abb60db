// SPDX-License-Identifier: MIT
#include "cli/view/screen.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cli/view/text.hpp"

namespace mcast::cli {
namespace {

// Switches to the second screen, without a cursor, and with long lines cut instead of wrapped, as
// the terminal can become smaller at any moment.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[?7l";
constexpr std::string_view kLeave = "\x1b[?7h\x1b[?25h\x1b[?1049l";
constexpr std::string_view kClear = "\x1b[2J";
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kEraseLine = "\x1b[K";
constexpr std::string_view kEraseBelow = "\x1b[J";

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto length = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, length));
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return lines;
}

}  // namespace

Screen::Screen(Command& command)
    : command_(command),
      in_place_(command.out_is_terminal && command.environment("TERM") != "dumb") {
    if (in_place_) suspension_.emplace();
}

Screen::~Screen() {
    restore();
}

void Screen::restore() {
    if (in_place_ && drawn_) command_.out << kLeave << std::flush;
    drawn_ = false;
}

bool Screen::resized() const {
    return in_place_ && drawn_ && (command_.width() != width_ || command_.height() != height_);
}

bool Screen::was_suspended() {
    if (!suspension_ || !suspension_->wanted()) return false;
    restore();
    suspension_->stop();
    return true;
}

void Screen::show(const std::string& picture) {
    if (!in_place_) {
        command_.out << picture << std::flush;
        return;
    }
    std::string frame(drawn_ ? "" : kEnter);
    if (!drawn_ || resized()) frame += kClear;
    width_ = command_.width();
    height_ = command_.height();
    frame += kHome;
    const auto lines = lines_of(picture);
    const auto room = static_cast<std::size_t>(std::max(height_, 1));
    const bool whole = lines.size() <= room;
    const auto shown = whole ? lines.size() : room - 1;
    for (std::size_t i = 0; i < shown; ++i) {
        // A line feed after the last line would scroll, so there is none. The old text is erased
        // before each line: after a line of the full width this would erase its last character.
        frame += fmt::format("{}{}{}", i == 0 ? "" : "\r\n", kEraseLine, lines[i]);
    }
    if (!whole) {
        const auto text = fmt::format("... {} more lines", lines.size() - shown);
        frame += fmt::format("{}{}{}", shown == 0 ? "" : "\r\n", kEraseLine,
                             cut_end(text, static_cast<std::size_t>(std::max(width_, 1))));
    }
    if (shown < room && whole) frame += fmt::format("{}{}", shown == 0 ? "" : "\r\n", kEraseBelow);
    command_.out << frame << std::flush;
    drawn_ = true;
}

void Screen::leave(const std::string& picture) {
    restore();
    command_.out << picture << std::flush;
}

}  // namespace mcast::cli
