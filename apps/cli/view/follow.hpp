// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include <mcast/session.hpp>

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

using StartSession = std::function<Result<std::unique_ptr<Session>>(Observer)>;

/// Starts a session, shows it until its end, and returns the exit status: what mcsend and mcrecv do
/// once their options are known. An interrupt cancels the session, so that its peers are told, and
/// waits a bounded time for its end.
[[nodiscard]] int follow(Command& command, const OutputOptions& output, const StartSession& start);

/// Ends a transfer that never became a session: with `json` its only event goes to standard output,
/// an `end` without a status, so that a script that reads events reads of every end. The words for
/// people are the caller's. Returns the exit status.
[[nodiscard]] int end_without_session(Command& command, bool json, const Error& error);

}  // namespace mcast::cli
