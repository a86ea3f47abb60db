// SPDX-License-Identifier: MIT
#pragma once

// Shows sessions as they change, until all have ended, for --watch. The changes come by
// subscription, without polling.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// The flag --watch [SECONDS] of a command.
struct WatchOptions {
    bool on = false;
    std::optional<Seconds> every;  ///< least time between two pictures; empty: at each change
};

/// Adds the flag. Its value can be left out, so a SESSION after it is first read as its value, and
/// then stored in `session`.
void add_watch_flag(Parser& parser, WatchOptions& options, std::string& session);

/// The text that shows these sessions.
using Picture = std::function<std::string(const std::vector<Status>&)>;

/// Watches the sessions with these whole ids; none: all, including those that begin meanwhile.
/// Returns the exit status: 0 when all have ended, whatever their outcome.
[[nodiscard]] int watch(Command& command, const WatchOptions& options, bool quiet,
                        std::vector<std::string> sessions, const Picture& picture);

/// Shows one session: once, or with --watch until it has ended.
[[nodiscard]] int show_session(Command& command, const WatchOptions& options, bool quiet,
                               const Status& found,
                               const std::function<std::string(const Status&)>& view);

}  // namespace mcast::cli
