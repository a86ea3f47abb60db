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
/// false if that process is gone, and then nobody wants the work.
using Leave = std::function<bool(const std::string& text)>;
using BackgroundWork = std::function<int(const Leave&)>;

/// The functions of the library that the commands call, each replaceable: a test uses functions of
/// its own. system.cpp fills in the real ones.
struct Library {
    std::function<Result<std::unique_ptr<Session>>(SendOptions, Observer)> send;
    std::function<Result<std::unique_ptr<Session>>(ReceiveOptions, Observer)> receive;
    std::function<Result<std::vector<Offer>>(const NetworkOptions&, Seconds)> discover;
    std::function<Result<std::string>(const std::string&)> make_key;

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

/// All that a command uses of its surroundings. It lives as long as the tool runs, only the main
/// thread uses it, and it owns nothing: the streams belong to the caller.
struct Command {
    std::string tool;  ///< "mcsend" or "mcrecv", the prefix of every line on err
    Role role;
    std::ostream& out;        ///< data and JSON, tables and help
    std::ostream& err;        ///< text for people
    std::string commit = {};  ///< the commit that the tool was built from; empty: not known
    bool out_is_terminal = false;
    std::function<bool()> out_is_unread = {};  ///< true if the reader of out is gone; empty: no
    bool err_is_terminal = false;
    std::function<int()> width = {};   ///< columns of the terminal now, as it can be resized
    std::function<int()> height = {};  ///< its lines
    std::function<std::optional<std::string>(const char*)> environment = {};
    std::function<SteadyTime()> now = {};
    std::function<WallTime()> date = {};
    /// The content of a configuration file; nothing if there is no such file, an error that names
    /// it if it cannot be read. An empty function: there are no files.
    std::function<Result<std::optional<std::string>>(const std::string& path)> read_file = {};
    /// Calls the handler, on a thread of its own, at the first SIGINT, SIGTERM or SIGHUP. The
    /// second signal ends the process at once; with an empty handler the first does. Returns when
    /// no older handler is running.
    std::function<void(std::function<void()>)> on_interrupt = {};
    std::function<void(int)> exit_now = {};  ///< ends the process without waiting for anything
    /// Runs the work in a process of its own, which leaves the terminal when the work says so.
    /// Returns the exit status of this process (background.hpp).
    std::function<int(const BackgroundWork&)> in_background = {};
    Library library = {};
};

inline constexpr int kExitSuccess = 0;
inline constexpr int kExitInterrupted = 130;

/// True if text on `out` or `err` is coloured: on terminals, unless NO_COLOR is set or TERM is
/// dumb.
[[nodiscard]] bool colour_on_out(const Command& command);
[[nodiscard]] bool colour_on_err(const Command& command);

/// The paper for tables on `out`, as it is now.
[[nodiscard]] Paper paper_of(const Command& command);

/// 0, or the exit status of the session's error.
[[nodiscard]] int exit_status_of(const Status& status);

/// Finds the session by the rules of the registry: one of the tool's own role first, else one of
/// the other role if it is named, as `status` lists both.
[[nodiscard]] Result<Status> find_session(const Command& command, const std::string& session);

/// The same for a wait: the session may just be starting.
[[nodiscard]] Result<Status> find_awaited(const Command& command, const std::string& session,
                                          const std::function<std::optional<Seconds>()>& left);

}  // namespace mcast::cli
