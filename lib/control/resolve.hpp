// SPDX-License-Identifier: MIT
#pragma once

// What the user means by SESSION. Pure.

#include <string_view>
#include <vector>

#include <mcast/status.hpp>

#include "base/result.hpp"

namespace mcast::control {

/// Which kind a command is about when a name, or no name, fits several: cancel means a running
/// session, close an ended one.
enum class Prefer : std::uint8_t { running, ended };

/// Of these sessions (newest first) the one with that id; else the only one whose id begins so;
/// else the only one of that name; an empty text fits all. Several of a name: the only preferred
/// one. Otherwise no_such_session, or ambiguous_session with the candidates in its message.
[[nodiscard]] Result<Status> resolve(const std::vector<Status>& sessions, std::string_view text,
                                     Prefer prefer);

}  // namespace mcast::control
