// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/format.h>

#include "cli/grammar/host_list.hpp"
#include "cli/view/group_news.hpp"
#include "cli/view/present.hpp"
#include "cli/view/status_view.hpp"
#include "cli/view/table.hpp"
#include "cli/view/units.hpp"
#include "control/status_names.hpp"

namespace mcast::cli {
namespace {

Cell state_cell(const ReceiverStatus& receiver, Phase phase) {
    if (receiver.state == State::failure) return {"failed", Colour::bad};
    if (receiver.state == State::success) {
        return receiver.verified ? Cell("success", Colour::good)
                                 : Cell("unverified", Colour::attention);
    }
    if (phase == Phase::ended) return {"unfinished", Colour::attention};
    if (phase == Phase::waiting) return {"joined"};
    if (receiver.limited_by == LimitedBy::gone) return {"silent", Colour::attention};
    return receiver.attached ? Cell("receiving") : Cell("deferred", Colour::attention);
}

// A few lost packets are no trouble, and would make rows jump.
constexpr double kNotableLoss = 0.02;

bool in_trouble(const ReceiverStatus& receiver, bool paces) {
    if (receiver.state != State::in_progress) return receiver.state == State::failure;
    const bool stuck =
        receiver.limited_by != LimitedBy::none && receiver.limited_by != LimitedBy::network;
    return paces || stuck || !receiver.attached || receiver.loss >= kNotableLoss;
}

Cell limit_cell(const ReceiverStatus& receiver, bool paces) {
    if (receiver.limited_by == LimitedBy::none) return {""};
    const auto word =
        receiver.cause ? control::name_of(*receiver.cause) : control::name_of(receiver.limited_by);
    if (!paces) return {std::string(word)};
    return {fmt::format("{}, paces", word), Colour::attention};
}

std::vector<Cell> row_of(const ReceiverStatus& receiver, bool paces, Phase phase) {
    const bool running = phase != Phase::ended && receiver.state == State::in_progress;
    const auto rate = running ? receiver.rate_bps : 0;
    return {receiver.id,
            receiver.host.empty() ? receiver.address : receiver.host,
            receiver.address,
            state_cell(receiver, phase),
            fmt::format("{}", receiver.percent),
            rate > 0 ? format_rate_short(static_cast<double>(rate)) : "",
            fmt::format("{:.1f} %", 100 * receiver.loss),
            running ? limit_cell(receiver, paces) : Cell(""),
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
    const auto paces = [&](const ReceiverStatus& receiver) {
        return status.paced_by == receiver.id;
    };
    auto receivers = status.receivers;
    std::ranges::sort(receivers, [&](const ReceiverStatus& a, const ReceiverStatus& b) {
        const bool first = in_trouble(a, paces(a));
        if (first != in_trouble(b, paces(b))) return first;
        if (host_of(a) != host_of(b)) return before_in_nature(host_of(a), host_of(b));
        return a.id < b.id;
    });
    for (const auto& receiver : receivers) {
        table.add(row_of(receiver, paces(receiver), status.phase),
                  receiver.error ? error_text(*receiver.error) : "");
    }
    return table.render(paper);
}

}  // namespace mcast::cli
