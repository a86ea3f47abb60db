// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mcast/error.hpp>
#include <mcast/status.hpp>

namespace mcast {

/// The sessions on this machine, of all processes of this user, for the tools' commands. SESSION
/// below is an id, a name, or an unambiguous beginning of an id; empty: the only running one of
/// that role. If several sessions have the name, a look or a wait means the newest, a change the
/// only one that runs, and `close` the newest that has ended. Errors no_such_session and
/// ambiguous_session otherwise.
namespace registry {

/// The folder that the sessions register in: $MCAST_RUNTIME_DIR, else $XDG_RUNTIME_DIR/mcast, else
/// /run/mcast for root, else /tmp/mcast-UID. Created 0700; error permission if it belongs to
/// someone else or others may enter it.
[[nodiscard]] std::expected<std::string, Error> directory();

/// All sessions of that role (empty: both), newest first. A session whose process died without
/// recording its end reads as failure/process_died.
[[nodiscard]] std::expected<std::vector<Status>, Error> list(std::optional<Role> role = {});

[[nodiscard]] std::expected<Status, Error> query(std::string_view session, Role role);

/// The session that a wait is about, running or not. It first waits for sessions that are being
/// started, so that an older one of the same name is not mistaken for them: for a process of the
/// tool that has not registered yet, some seconds, and for a receiver of the same shell until it
/// has an offer. wait_timed_out if the limit comes first.
[[nodiscard]] std::expected<Status, Error> await(
    std::string_view session, Role role, std::optional<std::chrono::duration<double>> limit);

/// Returns when the session that await() finds has ended, or fails with wait_timed_out.
[[nodiscard]] std::expected<Status, Error> wait(std::string_view session, Role role,
                                                std::optional<std::chrono::duration<double>> limit);

/// Returns when the command is accepted; too_late if the session has ended.
[[nodiscard]] std::expected<void, Error> cancel(std::string_view session, Role role,
                                                std::string_view reason);

/// Removes the record of an ended session; still_running otherwise.
[[nodiscard]] std::expected<void, Error> close(std::string_view session, Role role);
/// Removes a session whatever its state: a running one is cancelled first. A process that does not
/// obey within some seconds (it is stopped, or its disk hangs) is forgotten nevertheless, and
/// leaves no record if it ends later.
[[nodiscard]] std::expected<void, Error> force_close(std::string_view session, Role role);
/// Removes the records of all ended sessions of both roles, and returns their number.
[[nodiscard]] std::expected<std::size_t, Error> close_ended();

[[nodiscard]] std::expected<void, Error> begin(std::string_view session);
[[nodiscard]] std::expected<void, Error> drain(std::string_view session);
[[nodiscard]] std::expected<void, Error> set_rate(std::string_view session,
                                                  std::optional<std::uint64_t> bps);
[[nodiscard]] std::expected<void, Error> detach(std::string_view session,
                                                std::string_view receiver);

/// Calls `each` with every change of the session's status, the final one last; returns after that
/// one, or when `each` returns false.
[[nodiscard]] std::expected<void, Error> watch(std::string_view session, Role role,
                                               const std::function<bool(const Status&)>& each);

/// Several sessions followed at once, by a subscription to each. Used by one thread.
class Watcher {
  public:
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    virtual ~Watcher() = default;

    /// Waits for news, at most for `limit`. True if a session changed, appeared or was closed.
    [[nodiscard]] virtual bool wait(std::chrono::duration<double> limit) = 0;

    /// The sessions as known now, newest first; valid until the next wait().
    [[nodiscard]] virtual const std::vector<Status>& sessions() const = 0;

  protected:
    Watcher() = default;
};

/// Follows the sessions with these whole ids, of either role; empty: all of this user, including
/// those that begin later. A session that is closed is removed, but one given by its id stays if
/// its end was seen.
[[nodiscard]] std::expected<std::unique_ptr<Watcher>, Error> watch_all(
    const std::vector<std::string>& sessions = {});

}  // namespace registry
}  // namespace mcast
