// SPDX-License-Identifier: MIT
#pragma once

// Finds the session that the user means by SESSION. Pure.

#include <cstdint>
#include <string_view>
#include <vector>

#include <mcast/status.hpp>

#include "base/result.hpp"

namespace mcast::control {

/// The session that a command means if several fit the name, or there is no name.
enum class Meaning : std::uint8_t {
    newest,   ///< for looking: the newest of that name, running or not
    awaited,  ///< for waiting: the newest of that name that runs, else the newest
    running,  ///< for changes: the only one that runs; among several it would be a guess
    ended,    ///< for removal: the newest of that name that has ended
};

/// The one of these sessions (newest first) with that id; else the one of that name that `meaning`
/// chooses; else the only one whose id begins with the text. An empty text fits all: then only one
/// session may fit `meaning`, but `newest` falls back to the newest that has ended. Errors:
/// no_such_session; ambiguous_session with the candidates in its message; too_late for `running`
/// without a text if all have ended.
[[nodiscard]] Result<Status> resolve(const std::vector<Status>& sessions, std::string_view text,
                                     Meaning meaning);

}  // namespace mcast::control
