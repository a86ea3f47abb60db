// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <mcast/options.hpp>
#include <mcast/registry.hpp>
#include <mcast/session.hpp>
#include <mcast/status.hpp>

#include "base/result.hpp"
#include "cli/view/paint.hpp"

namespace mcast::cli {

using Seconds = std::chrono::duration<double>;
using SteadyTime = std::chrono::steady_clock::time_point;

/// Leaves the terminal, and lets the process that the user started print this text and end with 0;
/// false when that one is gone, and then nobody wants the work.
using Leave = std::function<bool(const std::string& text)>;
using BackgroundWork = std::function<int(const Leave&)>;

/// What the commands call of the library, replaceable one by one: a test runs a command against
/// functions of its own. system.cpp fills in the real ones.
struct Library {
    std::function<Result<std::unique_ptr<Session>>(SendOptions, Observer)> send;
    std::function<Result<std::unique_ptr<Session>>(ReceiveOptions, Observer)> receive;
    std::function<Result<std::vector<Offer>>(const NetworkOptions&, Seconds)> discover;

    std::function<Result<std::vector<Status>>(std::optional<Role>)> list;
    std::function<Result<Status>(std::string_view, Role)> query;
    std::function<Result<Status>(std::string_view, Role, std::optional<Seconds>)> await;
    std::function<Result<Status>(std::string_view, Role, std::optional<Seconds>)> wait;
    std::function<Result<void>(std::string_view, Role, std::string_view)> cancel;
    std::function<Result<void>(std::string_view, Role)> close;
    std::function<Result<void>(std::string_view, Role)> force_close;
    std::function<Result<std::size_t>()> close_ended;
    std::function<Result<void>(std::string_view)> begin;
    std::function<Result<void>(std::string_view)> drain;
    std::function<Result<void>(std::string_view, std::optional<std::uint64_t>)> set_rate;
    std::function<Result<void>(std::string_view, std::string_view)> detach;
    std::function<Result<std::unique_ptr<registry::Watcher>>(std::vector<std::string>)> watch_all;

    std::function<std::string(const Event&)> event_line;
    std::function<std::string(const Status&)> status_line;
    std::function<std::string(const Status&)> receivers_line;
};

/// All that a command takes from its surroundings. It lives as long as the tool runs, is used by
/// the main thread only, and owns nothing: the streams belong to the caller.
struct Command {
    std::string tool;  ///< "mcsend" or "mcrecv", the prefix of every line on err
    Role role;
    std::ostream& out;        ///< data and JSON, tables and help
    std::ostream& err;        ///< words for people
    std::string commit = {};  ///< what the tool was built from; empty: not known
    bool out_is_terminal = false;
    std::function<bool()> out_is_unread = {};  ///< whether the reader of out has gone; empty: no
    bool err_is_terminal = false;
    std::function<int()> width = {};   ///< columns of the terminal, asked anew as it may be resized
    std::function<int()> height = {};  ///< its lines
    std::function<std::optional<std::string>(const char*)> environment = {};
    std::function<SteadyTime()> now = {};
    std::function<WallTime()> date = {};
    /// The content of a configuration file; nothing if there is none, an error that names it if it
    /// cannot be read. An empty function: there are no files.
    std::function<Result<std::optional<std::string>>(const std::string& path)> read_file = {};
    /// Calls the handler, on a thread of its own, for the first SIGINT, SIGTERM or SIGHUP; a second
    /// one ends the process at once. An empty handler: the first one does, too. Returns when no
    /// older handler is running.
    std::function<void(std::function<void()>)> on_interrupt = {};
    std::function<void(int)> exit_now = {};  ///< ends the process without waiting for anything
    /// Runs the work in a process of its own, which leaves the terminal when the work says so; the
    /// exit status of this one (background.hpp).
    std::function<int(const BackgroundWork&)> in_background = {};
    Library library = {};
};

inline constexpr int kExitSuccess = 0;
inline constexpr int kExitInterrupted = 130;

/// Colour is for terminals, and not where NO_COLOR is set or TERM is dumb. On `out` and on `err`.
[[nodiscard]] bool colour_on_out(const Command& command);
[[nodiscard]] bool colour_on_err(const Command& command);

/// What tables on `out` are written on, as it is now.
[[nodiscard]] Paper paper_of(const Command& command);

/// 0, or the exit status of the session's error.
[[nodiscard]] int exit_status_of(const Status& status);

/// The session by the rules of the registry: that of the tool's own role first; one of the other
/// role when it is named, since `status` lists both.
[[nodiscard]] Result<Status> find_session(const Command& command, const std::string& session);

/// The same for who waits for its end: it may be only just being started.
[[nodiscard]] Result<Status> find_awaited(const Command& command, const std::string& session,
                                          const std::function<std::optional<Seconds>()>& left);

}  // namespace mcast::cli
