// SPDX-License-Identifier: MIT
#include "protocol/send/group_words.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "protocol/silence_words.hpp"

namespace mcast::protocol {
namespace {

std::string lost_text(const Membership& group, std::size_t count, Duration patience) {
    const auto first = std::ranges::find(group.all(), true, &Member::counted);
    if (first == group.all().end()) return "no receiver is left";
    const std::string whom =
        count == 1 ? first->name() : "any of the " + std::to_string(count) + " receivers";
    return "nothing was heard from " + whom + " for " + seconds_text(patience);
}

}  // namespace

std::string failures_text(const Membership& group, Duration patience) {
    const auto good = group.count(State::success);
    const auto bad = group.count(State::failure);
    if (good == 0 && group.all_lost()) return lost_text(group, bad, patience);
    std::string message =
        std::to_string(bad) + " of " + std::to_string(good + bad) + " receivers failed";
    for (const Member& p : group.all()) {
        if (!p.counted || p.state != State::failure || !p.error) continue;
        return message + ": " + p.name() + ": " + p.error->message;
    }
    return message;
}

Error missing_error(const Membership& group, const std::vector<std::string>& names) {
    const auto away = group.absent();
    std::vector<std::string> failed;
    std::ranges::copy_if(names, std::back_inserter(failed), [&](const std::string& name) {
        return std::ranges::find(away, name) == away.end();
    });
    std::string text = std::to_string(names.size()) + " of " + std::to_string(group.expected()) +
                       " expected hosts do not have it: ";
    if (!away.empty()) text += some_of(away) + " did not come";
    if (!away.empty() && !failed.empty()) text += "; ";
    if (!failed.empty()) text += some_of(failed) + " failed";
    return {ErrorCode::receivers_missing, 0, std::move(text)};
}

Error late_error(const Membership& group) {
    const auto joined = group.count(State::in_progress);
    const auto names = group.missing(true);
    std::string text = joined == 0
                           ? "no receiver joined in time"
                           : "only " + std::to_string(joined) + " of " +
                                 std::to_string(group.begin_with()) + " receivers joined in time";
    if (!names.empty()) text += ": " + some_of(names) + " did not come";
    return {ErrorCode::no_receivers, 0, std::move(text)};
}

}  // namespace mcast::protocol
