// SPDX-License-Identifier: MIT
#include "cli/view/group_news.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/grammar/host_list.hpp"
#include "cli/view/present.hpp"
#include "cli/view/units.hpp"

namespace mcast::cli {
namespace {

constexpr std::size_t kSingly = 4;      // more at once share one line
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
    if (!told) return;
    if (waiting_.empty() || waiting_.back().kind != event.kind)
        waiting_.push_back({event.kind, row, {}, {}});
    Run& run = waiting_.back();
    if (run.texts.size() < kSingly) run.texts.push_back(event.text);
    run.hosts.push_back(host_of(row));
}

std::vector<GroupNews::Line> GroupNews::take() {
    std::vector<Line> lines;
    for (Run& run : waiting_) {
        if (run.hosts.size() > kSingly) {
            lines.push_back(line_of(std::move(run)));
            continue;
        }
        const bool warning = run.kind == Event::Kind::behind || run.kind == Event::Kind::receiver;
        for (auto& text : run.texts) lines.push_back({warning, std::move(text)});
    }
    waiting_.clear();
    return lines;
}

GroupNews::Line GroupNews::line_of(Run run) {
    const bool failed = is_failure(run.first);
    auto text = fmt::format("{} machines {}", run.hosts.size(), what_happened(run.kind, failed));
    const auto folded = fold_hosts(std::move(run.hosts));
    if (folded.size() <= kMostNamed) text += ": " + folded;
    if (failed)
        text += fmt::format("; the first, {}, {}", name_of(run.first), failure_text(run.first));
    return {run.kind == Event::Kind::behind || failed, std::move(text)};
}

std::optional<double> GroupNews::seconds_of(const std::string& receiver) const {
    const auto found = final_.find(receiver);
    return found == final_.end() ? std::nullopt : std::optional(std::max(found->second, 0.0));
}

}  // namespace mcast::cli
