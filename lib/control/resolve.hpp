// SPDX-License-Identifier: MIT
#pragma once

// What the user means by SESSION. Pure.

#include <cstdint>
#include <string_view>
#include <vector>

#include <mcast/status.hpp>

#include "base/result.hpp"

namespace mcast::control {

/// Which session a command is about when a name, or no name, fits several.
enum class Meaning : std::uint8_t {
    newest,   ///< to look at: the newest of that name, whether it runs or not
    awaited,  ///< to wait for: the newest of that name that runs, else the newest
    running,  ///< to change: the one that runs; among several that run it would be a guess
    ended,    ///< to remove: the newest of that name that has ended
};

/// Of these sessions (newest first) the one with that id; else those of that name, of which the
/// meaning chooses; else the only one whose id begins so. An empty text fits all: the one that is
/// meant must be the only one then, but `newest` falls back to the newest that has ended.
/// Errors: no_such_session; ambiguous_session with the candidates in its message; too_late when
/// `running` is asked for without a text and all have ended.
[[nodiscard]] Result<Status> resolve(const std::vector<Status>& sessions, std::string_view text,
                                     Meaning meaning);

}  // namespace mcast::control
