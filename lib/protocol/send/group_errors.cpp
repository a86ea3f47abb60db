// SPDX-License-Identifier: MIT
#include "protocol/send/group_errors.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mcast::protocol {
namespace {

using Why = SessionError::Why;

SessionError silent_error(const Membership& group, ErrorCode code, Duration patience) {
    const auto first = std::ranges::find(group.all(), true, &Member::counted);
    if (first == group.all().end()) return {.code = code, .why = Why::deserted};
    return {.code = code,
            .why = Why::silent,
            .count = group.count(State::failure),
            .host = first->name(),
            .silence = patience};
}

}  // namespace

SessionError failed_error(const Membership& group, ErrorCode code, Duration patience) {
    const auto good = group.count(State::success);
    const auto bad = group.count(State::failure);
    if (good == 0 && group.all_lost()) return silent_error(group, code, patience);
    SessionError error{.code = code, .why = Why::failed, .count = bad, .total = good + bad};
    const auto first = std::ranges::find_if(group.all(), [](const Member& m) {
        return m.counted && m.state == State::failure && m.error;
    });
    if (first == group.all().end()) return error;
    error.host = first->name();
    error.first = first->error;
    return error;
}

SessionError missing_error(const Membership& group, const std::vector<std::string>& names) {
    SessionError error{.code = ErrorCode::receivers_missing,
                       .why = Why::missing,
                       .count = names.size(),
                       .total = group.expected(),
                       .absent = group.absent()};
    std::ranges::copy_if(names, std::back_inserter(error.lacking), [&](const std::string& name) {
        return std::ranges::find(error.absent, name) == error.absent.end();
    });
    return error;
}

SessionError late_error(const Membership& group) {
    return {.code = ErrorCode::no_receivers,
            .why = Why::late,
            .count = group.count(State::in_progress),
            .total = group.begin_with(),
            .absent = group.missing(true)};
}

}  // namespace mcast::protocol
