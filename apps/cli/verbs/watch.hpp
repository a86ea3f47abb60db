// SPDX-License-Identifier: MIT
#pragma once

// Shows sessions as they change, until all have ended: what --watch does. The changes come by
// subscription; nothing is asked for.

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
    std::optional<Seconds> every;  ///< between two pictures at least; empty: at each change
};

/// Adds it. Its value may be left out, so a SESSION behind it arrives there and is stored in
/// `session`.
void add_watch_flag(Parser& parser, WatchOptions& options, std::string& session);

/// The text that shows these sessions.
using Picture = std::function<std::string(const std::vector<Status>&)>;

/// Watches the sessions of these whole ids; none: all, with those that begin meanwhile. Returns the
/// exit status: 0 when all have ended, whatever their outcome.
[[nodiscard]] int watch(Command& command, const WatchOptions& options, bool quiet,
                        std::vector<std::string> sessions, const Picture& picture);

/// Shows one session: once, or until it has ended if that is wanted.
[[nodiscard]] int show_session(Command& command, const WatchOptions& options, bool quiet,
                               const Status& found,
                               const std::function<std::string(const Status&)>& view);

}  // namespace mcast::cli
