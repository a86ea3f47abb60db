// SPDX-License-Identifier: MIT
#include "session/send/failure_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "session/notices.hpp"
#include "session/silence_words.hpp"

namespace mcast::session {
namespace {

using protocol::MemberError;
using protocol::SessionError;

constexpr std::size_t kNamesShown = 8;

std::string_view standstill_text(LimitedBy cause) {
    switch (cause) {
        case LimitedBy::disk:
            return "its disk, or the reader of its output, stands still";
        case LimitedBy::host:
            return "it reports, but its machine loses what the network brings";
        default:
            return "it reports, but nothing new reaches it";
    }
}

std::string silent_text(const SessionError& error) {
    const auto whom =
        error.count == 1 ? error.host : fmt::format("any of the {} receivers", error.count);
    return fmt::format("nothing was heard from {} for {}", whom, seconds_text(error.silence));
}

std::string failed_text(const SessionError& error) {
    auto text = fmt::format("{} of {} receivers failed", error.count, error.total);
    if (error.first) text += fmt::format(": {}: {}", error.host, failure_text(*error.first));
    return text;
}

std::string missing_text(const SessionError& error) {
    auto text = fmt::format("{} of {} expected hosts do not have it: ", error.count, error.total);
    if (!error.absent.empty()) text += some_of(error.absent) + " did not come";
    if (!error.absent.empty() && !error.lacking.empty()) text += "; ";
    if (!error.lacking.empty()) text += some_of(error.lacking) + " failed";
    return text;
}

std::string late_text(const SessionError& error) {
    std::string text = error.count == 0 ? "no receiver joined in time"
                                        : fmt::format("only {} of {} receivers joined in time",
                                                      error.count, error.total);
    if (!error.absent.empty()) text += ": " + some_of(error.absent) + " did not come";
    return text;
}

}  // namespace

std::string some_of(const std::vector<std::string>& names) {
    const std::size_t shown = std::min(names.size(), kNamesShown);
    const auto end = names.begin() + static_cast<std::ptrdiff_t>(shown);
    auto text = fmt::format("{}", fmt::join(names.begin(), end, ", "));
    if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
    return text;
}

std::string failure_text(const MemberError& error) {
    using Why = MemberError::Why;
    switch (error.why) {
        case Why::reported:
            return error.message;
        case Why::silent:
            return "nothing was heard from it for " + seconds_text(error.silence);
        case Why::stands_still:
            return std::string(standstill_text(error.cause));
        case Why::unverified:
            return "it has all, and does not say that it verified it";
        case Why::unacknowledged:
            return "it answers, but never acknowledges the end";
        case Why::other_digest:
            return "what it verified is not what was sent: the digests of the whole differ";
        case Why::too_slow:
            return fmt::format("too slow for the others: {}", cause_text(error.cause));
        case Why::detached:
            return "detached by the sender's operator";
        case Why::joined_late:
            return "joined when the beginning of the stream was gone";
    }
    return {};
}

std::string failure_text(const SessionError& error) {
    using Why = SessionError::Why;
    switch (error.why) {
        case Why::given:
            return error.message;
        case Why::drained:
            return "drained while no receiver was there";
        case Why::deserted:
            return "no receiver is left";
        case Why::silent:
            return silent_text(error);
        case Why::failed:
            return failed_text(error);
        case Why::missing:
            return missing_text(error);
        case Why::late:
            return late_text(error);
    }
    return {};
}

Error to_error(const MemberError& error) {
    return {error.code, 0, failure_text(error)};
}

Error to_error(const SessionError& error) {
    return {error.code, error.system, failure_text(error)};
}

}  // namespace mcast::session
