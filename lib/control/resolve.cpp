// SPDX-License-Identifier: MIT
#include "control/resolve.hpp"

#include <algorithm>
#include <iterator>
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

Candidates of_state(const Candidates& candidates, bool final) {
    Candidates found;
    std::ranges::copy_if(candidates, std::back_inserter(found),
                         [&](const Status* s) { return is_final(s->state) == final; });
    return found;
}

/// Chooses without a name; `candidates` are all sessions, at least one.
Result<Status> choose_unnamed(const Candidates& candidates, Meaning meaning) {
    const auto wanted = of_state(candidates, meaning == Meaning::ended);
    if (wanted.size() > 1) return ambiguous(wanted, {});
    if (wanted.size() == 1) return *wanted.front();
    if (meaning == Meaning::awaited) return fail(ErrorCode::no_such_session, "nothing is running");
    if (meaning == Meaning::running) return fail(ErrorCode::too_late, "nothing is running");
    return *candidates.front();
}

/// Chooses among `candidates`, at least one, which all have the name `text`.
Result<Status> choose_named(const Candidates& candidates, std::string_view text, Meaning meaning) {
    if (meaning == Meaning::newest) return *candidates.front();
    const auto wanted = of_state(candidates, meaning == Meaning::ended);
    if (wanted.empty()) return *candidates.front();
    if (meaning == Meaning::running && wanted.size() > 1) return ambiguous(wanted, text);
    return *wanted.front();
}

}  // namespace

Result<Status> resolve(const std::vector<Status>& sessions, std::string_view text,
                       Meaning meaning) {
    if (sessions.empty()) {
        return fail(ErrorCode::no_such_session,
                    text.empty() ? std::string("there is no session")
                                 : "there is no session \"" + std::string(text) + "\"");
    }
    if (text.empty()) {
        return choose_unnamed(matching(sessions, [](auto&) { return true; }), meaning);
    }
    const auto exact = matching(sessions, [&](const Status& s) { return s.session == text; });
    if (!exact.empty()) return *exact.front();
    // Names have no slash: of a path only the last part counts.
    const auto name = text.substr(text.rfind('/') + 1);
    const auto named =
        matching(sessions, [&](const Status& s) { return !name.empty() && s.name == name; });
    if (!named.empty()) return choose_named(named, name, meaning);
    const auto prefix =
        matching(sessions, [&](const Status& s) { return s.session.starts_with(text); });
    if (prefix.size() == 1) return *prefix.front();
    if (!prefix.empty()) return ambiguous(prefix, text);
    return fail(ErrorCode::no_such_session, "there is no session \"" + std::string(text) + "\"");
}

}  // namespace mcast::control
