// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include <mcast/session.hpp>

#include "cli/command.hpp"
#include "cli/options.hpp"

namespace mcast::cli {

using StartSession = std::function<Result<std::unique_ptr<Session>>(Observer)>;

/// Starts a session, shows it until its end, and returns the exit status: what mcsend and mcrecv do
/// once their options are known. An interrupt cancels the session, so that its peers are told, and
/// waits a bounded time for its end.
[[nodiscard]] int follow(Command& command, const OutputOptions& output, const StartSession& start);

}  // namespace mcast::cli
