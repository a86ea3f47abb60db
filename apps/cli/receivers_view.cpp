// SPDX-License-Identifier: MIT
#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "cli/present.hpp"
#include "cli/status_view.hpp"
#include "cli/table.hpp"
#include "cli/units.hpp"

namespace mcast::cli {
namespace {

Cell state_cell(const ReceiverStatus& receiver) {
    if (receiver.state == State::failure) return {"failed", Colour::bad};
    if (receiver.state == State::success) {
        return receiver.verified ? Cell("success", Colour::good)
                                 : Cell("unverified", Colour::attention);
    }
    return receiver.attached ? Cell("receiving") : Cell("deferred", Colour::attention);
}

// How far one that failed came is in its bytes; its percent is 100, as it has ended.
std::string percent_cell(const ReceiverStatus& receiver, std::optional<std::uint64_t> total) {
    if (receiver.state != State::failure) return fmt::format("{}", receiver.percent);
    const auto reached = reached_percent(receiver.bytes_done, total);
    return reached ? fmt::format("{}", *reached) : "";
}

std::string limit_cell(const ReceiverStatus& receiver) {
    switch (receiver.limited_by) {
        case LimitedBy::network:
            return "network";
        case LimitedBy::host:
            return "host";
        case LimitedBy::disk:
            return "disk";
        case LimitedBy::gone:
            return "gone";
        case LimitedBy::none:
            return "";
    }
    return "";
}

std::vector<Cell> row_of(const ReceiverStatus& receiver, std::optional<std::uint64_t> total) {
    const bool running = receiver.state == State::in_progress;
    const auto rate = running ? receiver.rate_bps : 0;
    return {receiver.id,
            receiver.host.empty() ? receiver.address : receiver.host,
            receiver.address,
            state_cell(receiver),
            percent_cell(receiver, total),
            rate > 0 ? format_rate_short(static_cast<double>(rate)) : "",
            fmt::format("{:.1f} %", 100 * receiver.loss),
            running ? limit_cell(receiver) : "",
            running ? format_seconds_short(receiver.lag_s) : ""};
}

}  // namespace

std::string receivers_table(const Status& status, const Paper& paper) {
    using enum Column::Align;
    Table table({{"RECEIVER", left, 0, 4},
                 {"HOST", left, 8},
                 {"ADDRESS", left, 9, 8},
                 {"STATE", left},
                 {"%", right},
                 {"RATE", right, 0, 3},
                 {"LOSS", right, 0, 5},
                 {"LIMIT", left, 0, 6},
                 {"LAG", right, 0, 7}},
                "ERROR");
    auto receivers = status.receivers;
    std::ranges::stable_sort(receivers, {}, [](const ReceiverStatus& receiver) {
        return std::tuple(receiver.bytes_done, receiver.rate_bps, receiver.id);
    });
    for (const auto& receiver : receivers) {
        table.add(row_of(receiver, status.bytes_total),
                  receiver.error ? error_text(*receiver.error) : "");
    }
    return table.render(paper);
}

}  // namespace mcast::cli
