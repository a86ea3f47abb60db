// SPDX-License-Identifier: MIT
#include "cli/status_view.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "cli/present.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "cli/units.hpp"

namespace mcast::cli {
namespace {

constexpr std::size_t kWide = 100;  // from here on there is room for a longer bar
constexpr std::size_t kLabelWidth = 10;

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

std::string rate_cell(State state, std::uint64_t bps) {
    return state == State::in_progress && bps > 0 ? format_rate_short(static_cast<double>(bps))
                                                  : "";
}

std::string receiver_state(const ReceiverStatus& receiver, std::optional<std::uint64_t> total) {
    const auto reached = reached_percent(receiver.bytes_done, total);
    if (receiver.state == State::failure) {
        return reached ? fmt::format("failed at {} %", *reached) : "failed";
    }
    if (receiver.state == State::success) return receiver.verified ? "success" : "unverified";
    return fmt::format("{} {} %", receiver.attached ? "at" : "detached", receiver.percent);
}

std::string limit_text(const ReceiverStatus& receiver) {
    if (receiver.state != State::in_progress) return "";
    switch (receiver.limited_by) {
        case LimitedBy::network:
            return "network";
        case LimitedBy::host:
            return "host";
        case LimitedBy::disk:
            return "disk";
        case LimitedBy::none:
            return "";
    }
    return "";
}

std::string receivers_table(const Status& status, std::size_t width) {
    using enum Column::Align;
    Table table({{"RECEIVER", left},
                 {"HOST", left, 8},
                 {"ADDRESS", left, 9},
                 {"STATE", left},
                 {"RATE", right},
                 {"LOSS", right},
                 {"LIMIT", left}});
    auto receivers = status.receivers;
    std::ranges::stable_sort(receivers, {}, [](const ReceiverStatus& receiver) {
        return std::tuple(receiver.bytes_done, receiver.rate_bps, receiver.id);
    });
    for (const auto& receiver : receivers) {
        table.add({receiver.id, receiver.host, receiver.address,
                   receiver_state(receiver, status.bytes_total),
                   rate_cell(receiver.state, receiver.rate_bps),
                   fmt::format("{:.1f} %", 100 * receiver.loss), limit_text(receiver)},
                  receiver.error ? error_text(*receiver.error) : "");
    }
    return table.render(width);
}

// The lines "label     text"; what has nothing to say is left out.
class Details {
  public:
    explicit Details(std::size_t width) : width_(width) {}
    void add(std::string_view label, const std::string& text) {
        if (text.empty()) return;
        text_ += cut_end(pad_right(std::string(label), kLabelWidth) + text, width_) + "\n";
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    std::size_t width_;
    std::string text_;
};

std::string done_text(const Status& status) {
    const auto done = format_bytes(status.bytes_done);
    return status.bytes_total ? fmt::format("{} of {}", done, format_bytes(*status.bytes_total))
                              : done + " of an unknown size";
}

std::string state_line(const Status& status) {
    if (status.state != State::in_progress || !status.bytes_total) return state_text(status);
    return fmt::format("{}, {} % [{}]", state_text(status), status.percent,
                       bar(status.percent, 20));
}

std::string speed_text(const Status& status) {
    if (status.state != State::in_progress) return "";
    auto text = format_rate(static_cast<double>(status.rate_bps));
    if (status.eta_s) text += fmt::format(", {} left", format_seconds(*status.eta_s));
    return text;
}

std::string counters_text(const Status& status) {
    const auto& stats = status.stats;
    const bool sender = status.role == Role::sender;
    auto text = fmt::format("{} {}", stats.packets, sender ? "sent" : "received");
    if (!sender) text += fmt::format(", {} lost", stats.lost);
    text += fmt::format(", {} repaired, {} nacks {}", stats.repaired, stats.nacks,
                        sender ? "received" : "sent");
    if (stats.dropped_by_host > 0) {
        text += fmt::format(", {} dropped by this host", stats.dropped_by_host);
    }
    return text;
}

std::string pacer_text(const Status& status) {
    if (!status.paced_by) return "";
    const auto pacer = std::ranges::find(status.receivers, *status.paced_by, &ReceiverStatus::id);
    if (pacer == status.receivers.end() || pacer->host.empty()) return *status.paced_by;
    return fmt::format("{} ({})", pacer->host, pacer->id);
}

void add_times(Details& details, const Status& status) {
    details.add("started", utc(status.started));
    details.add("ended", status.ended ? utc(*status.ended) : "");
    details.add("elapsed", format_seconds(status.elapsed_s));
}

void add_outcome(Details& details, const Status& status) {
    if (status.error) {
        details.add("error", error_text(*status.error));
        details.add("hint", std::string(error_info(status.error->code).hint));
    }
    details.add("saved as", status.path.value_or(""));
    details.add("digest", status.digest.value_or(""));
}

}  // namespace

std::string sessions_table(std::span<const Status> sessions, std::size_t width) {
    using enum Column::Align;
    const std::size_t bar_width = width < kWide ? 6 : 16;
    Table table({{"ID", left},
                 {"NAME", left, 8},
                 {"ROLE", left},
                 {"STATE", left},
                 {"PROGRESS", right},
                 {"RATE", right},
                 {"ETA", right},
                 {"DONE", right}});
    for (const auto& status : sessions) {
        const bool failed = status.state == State::failure;
        const auto progress =
            failed ? "" : fmt::format("{} {:>3} %", bar(status.percent, bar_width), status.percent);
        const bool running = status.state == State::in_progress;
        table.add({status.session, status.name, status.role == Role::sender ? "send" : "recv",
                   state_text(status), progress, rate_cell(status.state, status.rate_bps),
                   running && status.eta_s ? format_seconds_short(*status.eta_s) : "",
                   done_of_all(status)},
                  status.error ? error_text(*status.error) : waiting_text(status));
    }
    return table.render(width);
}

std::string session_details(const Status& status, std::size_t width) {
    Details details(width);
    details.add("session", fmt::format("{}, {}, process {}", status.session, role_text(status.role),
                                       status.pid));
    details.add("name", status.name);
    details.add("meta", status.meta.value_or(""));
    details.add("state", state_line(status));
    details.add("waiting", status.waiting_for);
    details.add("done", done_text(status));
    details.add("rate", speed_text(status));
    details.add("paced by", pacer_text(status));
    details.add("group", fmt::format("{} on {}", status.group, status.interface));
    details.add("from", status.peer.value_or(""));
    add_times(details, status);
    details.add("packets", counters_text(status));
    add_outcome(details, status);
    auto text = details.take();
    if (status.role == Role::sender && !status.receivers.empty()) {
        text += "\n" + receivers_table(status, width);
    }
    return text;
}

}  // namespace mcast::cli
