// SPDX-License-Identifier: MIT
#include "control/resolve.hpp"

#include <algorithm>
#include <string>

#include "control/status_names.hpp"
#include "control/status_rules.hpp"

namespace mcast::control {
namespace {

using Candidates = std::vector<const Status*>;

constexpr std::size_t kMostNamed = 8;

template <typename Fits>
Candidates matching(const std::vector<Status>& sessions, Fits fits) {
    Candidates found;
    for (const auto& status : sessions) {
        if (fits(status)) found.push_back(&status);
    }
    return found;
}

std::unexpected<Error> ambiguous(const Candidates& candidates, std::string_view text) {
    std::string message = text.empty() ? "there are several sessions:"
                                       : "\"" + std::string(text) + "\" fits several sessions:";
    for (std::size_t i = 0; i < std::min(candidates.size(), kMostNamed); ++i) {
        const Status& s = *candidates[i];
        message += (i == 0 ? " " : ", ") + s.session + " (" + s.name + ", " +
                   std::string(name_of(s.state)) + ")";
    }
    if (candidates.size() > kMostNamed) message += ", ...";
    return fail(ErrorCode::ambiguous_session, std::move(message));
}

Result<Status> only_one(const Candidates& candidates, std::string_view text, Prefer prefer) {
    if (candidates.size() == 1) return *candidates.front();
    Candidates preferred;
    std::ranges::copy_if(candidates, std::back_inserter(preferred), [&](const Status* s) {
        return is_final(s->state) == (prefer == Prefer::ended);
    });
    if (preferred.size() == 1) return *preferred.front();
    return ambiguous(candidates, text);
}

}  // namespace

Result<Status> resolve(const std::vector<Status>& sessions, std::string_view text, Prefer prefer) {
    if (sessions.empty()) {
        return fail(ErrorCode::no_such_session,
                    text.empty() ? std::string("there is no session")
                                 : "there is no session \"" + std::string(text) + "\"");
    }
    if (text.empty()) return only_one(matching(sessions, [](auto&) { return true; }), text, prefer);

    const auto exact = matching(sessions, [&](const Status& s) { return s.session == text; });
    if (!exact.empty()) return *exact.front();
    const auto prefix =
        matching(sessions, [&](const Status& s) { return s.session.starts_with(text); });
    if (prefix.size() == 1) return *prefix.front();
    const auto named = matching(sessions, [&](const Status& s) { return s.name == text; });
    if (!named.empty()) return only_one(named, text, prefer);
    if (!prefix.empty()) return ambiguous(prefix, text);
    return fail(ErrorCode::no_such_session, "there is no session \"" + std::string(text) + "\"");
}

}  // namespace mcast::control
