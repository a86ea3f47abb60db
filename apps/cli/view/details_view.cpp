// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

#include "cli/grammar/host_list.hpp"
#include "cli/view/present.hpp"
#include "cli/view/status_view.hpp"
#include "cli/view/text.hpp"
#include "cli/view/units.hpp"
#include "control/status_rules.hpp"

namespace mcast::cli {
namespace {

constexpr std::size_t kLabelWidth = 10;
constexpr std::size_t kBarWidth = 20;

std::string role_text(Role role) {
    return role == Role::sender ? "sender" : "receiver";
}

std::string utc(WallTime time) {
    const auto seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
    return {text.data(), length};
}

// The lines "label     text", wrapped; lines with an empty text are left out.
class Details {
  public:
    explicit Details(const Paper& paper) : paper_(paper) {}
    void add(std::string_view label, const std::string& text, Colour colour = Colour::none) {
        if (text.empty()) return;
        const auto room = std::max(paper_.width, kLabelWidth + 1) - kLabelWidth;
        auto margin = pad_right(std::string(label), kLabelWidth);
        for (const auto& line : wrapped(text, room)) {
            text_ += cut_end(margin, paper_.width);
            if (paper_.width > kLabelWidth) text_ += painted(line, colour, paper_);
            text_ += "\n";
            margin.assign(kLabelWidth, ' ');
        }
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    const Paper& paper_;
    std::string text_;
};

std::string done_text(const Status& status) {
    const auto done = format_bytes(status.bytes_done);
    const auto size = size_text(status);
    return fmt::format("{} of {}", done, size.empty() ? "an unknown size" : size);
}

std::string state_line(const Status& status) {
    if (status.state != State::in_progress || !control::progress_size(status))
        return state_text(status);
    return fmt::format("{}, {} % [{}]", state_text(status), status.percent,
                       bar(status.percent, kBarWidth));
}

std::string speed_text(const Status& status) {
    if (status.state != State::in_progress) return "";
    auto text = format_rate(static_cast<double>(status.rate_bps));
    if (status.eta_s) text += fmt::format(", {} left", format_seconds(*status.eta_s));
    return text;
}

// The text without "waiting", which the label of its line says already.
std::string without_label(const std::string& text) {
    constexpr std::string_view kLabel = "waiting ";
    return text.starts_with(kLabel) ? text.substr(kLabel.size()) : text;
}

// Troubles that are mentioned only if there were any.
struct Trouble {
    std::uint64_t Stats::* count;
    std::string_view words;
};
constexpr std::array kTroubles{
    Trouble{&Stats::dropped_by_host, "dropped by this host"},
    Trouble{&Stats::foreign, "of strangers dropped"},
    Trouble{&Stats::malformed, "malformed dropped"},
    Trouble{&Stats::unopened, "not opened"},
    Trouble{&Stats::refused, "joins refused"},
    Trouble{&Stats::unserved, "requests not served"},
};

std::string counters_text(const Status& status) {
    const auto& stats = status.stats;
    const bool sender = status.role == Role::sender;
    auto text = fmt::format("{} {}", stats.packets, sender ? "sent" : "received");
    if (stats.bytes > 0) text += fmt::format(" ({})", format_bytes(stats.bytes));
    if (!sender) text += fmt::format(", {} lost", stats.lost);
    text += fmt::format(", {} repaired, {} nacks {}", stats.repaired, stats.nacks,
                        sender ? "received" : "sent");
    for (const auto& trouble : kTroubles) {
        const auto count = stats.*trouble.count;
        if (count > 0) text += fmt::format(", {} {}", count, trouble.words);
    }
    return text;
}

// The names of expected hosts that are missing.
std::string missing_text(const Status& status) {
    return fold_hosts(status.missing);
}

void add_times(Details& details, const Status& status) {
    details.add("started", utc(status.started));
    details.add("ended", status.ended ? utc(*status.ended) : "");
    details.add("elapsed", format_seconds(status.elapsed_s));
}

void add_outcome(Details& details, const Status& status) {
    if (status.error) {
        details.add("error", error_text(*status.error), Colour::bad);
        details.add("hint", std::string(hint_of(*status.error)));
    }
    details.add("content", status.path ? place_text(*status.path) : "");
    details.add("digest", status.digest.value_or(""));
}

}  // namespace

std::string session_details(const Status& status, const Paper& paper) {
    Details details(paper);
    details.add("session", fmt::format("{}, {}, process {}", status.session, role_text(status.role),
                                       status.pid));
    details.add("name", status.name);
    details.add("meta", status.meta.value_or(""));
    details.add("state", state_line(status), state_colour(status));
    details.add("waiting", without_label(waiting_text(status)));
    details.add("done", done_text(status));
    details.add("rate", speed_text(status));
    details.add("paced by", pace_text(status));
    details.add("missing", missing_text(status));
    details.add("group", fmt::format("{} on {}", status.group, status.interface));
    details.add("from", status.peer.value_or(""));
    details.add("feedback", status.feedback_port
                                ? fmt::format("to UDP port {} of the sender", *status.feedback_port)
                                : "");
    add_times(details, status);
    details.add("packets", counters_text(status));
    add_outcome(details, status);
    auto text = details.take();
    if (status.role == Role::sender && !status.receivers.empty()) {
        text += "\n" + receivers_table(status, paper);
    }
    return text;
}

}  // namespace mcast::cli
