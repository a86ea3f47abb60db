// SPDX-License-Identifier: MIT
#include "cli/group_news.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/host_list.hpp"
#include "cli/present.hpp"
#include "cli/units.hpp"

namespace mcast::cli {
namespace {

constexpr std::size_t kSingly = 4;      // more at once are one line
constexpr std::size_t kMostNamed = 60;  // columns of names in it

bool is_failure(const ReceiverStatus& row) {
    return row.state == State::failure;
}

std::string_view what_happened(Event::Kind kind, bool failed) {
    switch (kind) {
        case Event::Kind::join:
            return "joined";
        case Event::Kind::behind:
            return "are left behind";
        case Event::Kind::back:
            return "are back";
        default:
            return failed ? "failed" : "have it";
    }
}

}  // namespace

std::string host_of(const ReceiverStatus& receiver) {
    return receiver.host.empty() ? receiver.id : receiver.host;
}

std::string name_of(const ReceiverStatus& receiver) {
    const auto host = host_of(receiver);
    return receiver.address.empty() ? host : fmt::format("{} ({})", host, receiver.address);
}

std::string failure_text(const ReceiverStatus& receiver) {
    return fmt::format("failed at {} %: {}", receiver.percent,
                       error_text(receiver.error.value_or(Error{})));
}

void GroupNews::add(const Event& event) {
    using enum Event::Kind;
    if (!event.receiver) return;
    const auto& row = *event.receiver;
    if (event.kind == receiver && started_) {
        final_[row.id] = std::chrono::duration<double>(event.time - *started_).count();
    }
    const bool told = event.kind == join || event.kind == behind || event.kind == back ||
                      (event.kind == receiver && is_failure(row));
    if (told) waiting_.push_back({event.kind, row, event.text});
}

std::vector<GroupNews::Line> GroupNews::take() {
    std::vector<Line> lines;
    for (std::size_t i = 0; i < waiting_.size();) {
        std::size_t end = i;
        while (end < waiting_.size() && waiting_[end].kind == waiting_[i].kind) ++end;
        if (end - i <= kSingly) {
            for (; i < end; ++i) lines.push_back(one_line(waiting_[i]));
        } else {
            lines.push_back(many_lines(i, end));
            i = end;
        }
    }
    waiting_.clear();
    return lines;
}

GroupNews::Line GroupNews::one_line(const News& news) const {
    return {news.kind == Event::Kind::behind || news.kind == Event::Kind::receiver, news.text};
}

GroupNews::Line GroupNews::many_lines(std::size_t begin, std::size_t end) const {
    std::vector<std::string> names;
    for (std::size_t i = begin; i < end; ++i) names.push_back(host_of(waiting_[i].row));
    const auto& first = waiting_[begin];
    const bool failed = is_failure(first.row);
    auto text = fmt::format("{} machines {}", names.size(), what_happened(first.kind, failed));
    const auto folded = fold_hosts(std::move(names));
    if (folded.size() <= kMostNamed) text += ": " + folded;
    if (failed)
        text += fmt::format("; the first, {}, {}", name_of(first.row), failure_text(first.row));
    return {first.kind == Event::Kind::behind || failed, std::move(text)};
}

std::optional<double> GroupNews::seconds_of(const std::string& receiver) const {
    const auto found = final_.find(receiver);
    return found == final_.end() ? std::nullopt : std::optional(std::max(found->second, 0.0));
}

}  // namespace mcast::cli
