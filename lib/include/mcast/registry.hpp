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

/// The sessions on this machine, of any process of this user: what the tools' commands use.
/// SESSION below is an id, a name, or an unambiguous beginning of an id; empty: the only one of
/// that role that runs. Of several with a name the newest is looked at or waited for; what changes
/// something wants the only one that runs, and `close` the newest that has ended. Errors
/// no_such_session and ambiguous_session otherwise.
namespace registry {

/// The folder that the sessions register in: $MCAST_RUNTIME_DIR, else $XDG_RUNTIME_DIR/mcast,
/// else /run/mcast for root, else /tmp/mcast-UID. Created 0700; error permission when it belongs
/// to someone else or others may enter it.
[[nodiscard]] std::expected<std::string, Error> directory();

/// All of that role (empty: both), newest first. A session whose process died without a word
/// reads as failure/process_died.
[[nodiscard]] std::expected<std::vector<Status>, Error> list(std::optional<Role> role = {});

[[nodiscard]] std::expected<Status, Error> query(std::string_view session, Role role);

/// The session that a wait is for, running or not. One that is only just being started is waited
/// for, so that an old one of its name does not pass for it: a process of the tool that has not
/// registered yet, for some seconds, or a receiver of the same shell without an offer.
/// wait_timed_out when the limit comes first.
[[nodiscard]] std::expected<Status, Error> await(
    std::string_view session, Role role, std::optional<std::chrono::duration<double>> limit);

/// Returns when the session that await() finds has ended, or with wait_timed_out.
[[nodiscard]] std::expected<Status, Error> wait(std::string_view session, Role role,
                                                std::optional<std::chrono::duration<double>> limit);

/// Returns when accepted; too_late when the session has ended.
[[nodiscard]] std::expected<void, Error> cancel(std::string_view session, Role role,
                                                std::string_view reason);

/// Removes the record of an ended session; still_running otherwise.
[[nodiscard]] std::expected<void, Error> close(std::string_view session, Role role);
/// Removes a session whatever its state: a running one is cancelled first. A process that does not
/// obey within some seconds (it is stopped, or its disk hangs) is forgotten all the same, and
/// leaves no record when it ends after all.
[[nodiscard]] std::expected<void, Error> force_close(std::string_view session, Role role);
/// Removes the records of all ended sessions of both roles; how many.
[[nodiscard]] std::expected<std::size_t, Error> close_ended();

[[nodiscard]] std::expected<void, Error> begin(std::string_view session);
[[nodiscard]] std::expected<void, Error> drain(std::string_view session);
[[nodiscard]] std::expected<void, Error> set_rate(std::string_view session,
                                                  std::optional<std::uint64_t> bps);
[[nodiscard]] std::expected<void, Error> detach(std::string_view session,
                                                std::string_view receiver);

/// Calls `each` with every change of the session's status, the final one last; returns after it,
/// or when `each` returns false.
[[nodiscard]] std::expected<void, Error> watch(std::string_view session, Role role,
                                               const std::function<bool(const Status&)>& each);

/// Several sessions followed at once, by a subscription to each. Used by one thread.
class Watcher {
  public:
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    virtual ~Watcher() = default;

    /// Waits for news, at most so long. True when a session changed, appeared or was closed.
    [[nodiscard]] virtual bool wait(std::chrono::duration<double> limit) = 0;

    /// The sessions as they are known now, newest first; valid until the next wait().
    [[nodiscard]] virtual const std::vector<Status>& sessions() const = 0;

  protected:
    Watcher() = default;
};

/// Follows the sessions of these whole ids, of either role; empty: all of this user, with those
/// that begin while it watches. One that is closed goes, but a named one stays if it had ended.
[[nodiscard]] std::expected<std::unique_ptr<Watcher>, Error> watch_all(
    const std::vector<std::string>& sessions = {});

}  // namespace registry
}  // namespace mcast
