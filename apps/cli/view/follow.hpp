// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include <mcast/session.hpp>

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

using StartSession = std::function<Result<std::unique_ptr<Session>>(Observer)>;

/// Starts a session, shows it until its end, and returns the exit status, for mcsend and mcrecv. An
/// interrupt cancels the session, so that its peers are told, and waits a bounded time for its end.
[[nodiscard]] int follow(Command& command, const OutputOptions& output, const StartSession& start);

/// Ends a transfer that never became a session. With `json` it prints the only event, an `end`
/// without a status, so that scripts see every end. The caller prints the text for people. Returns
/// the exit status.
[[nodiscard]] int end_without_session(Command& command, bool json, const Error& error);

}  // namespace mcast::cli
