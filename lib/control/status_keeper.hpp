// SPDX-License-Identifier: MIT
#pragma once

// Holds the status of one running session and enforces the contract, whatever the session writes
// into it. The transfer thread updates, any thread makes snapshots; both hold a mutex only for the
// time of a copy. Owned by the session; outlives its control server.

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <mcast/status.hpp>

#include "base/time.hpp"

namespace mcast::control {

class StatusKeeper {
  public:
    /// The keeper's sources of time: the date, and a clock that never jumps.
    struct Clocks {
        std::function<WallTime()> wall;
        std::function<Duration()> steady;
    };

    /// `initial` has session, name, role, pid, group and so on; the session begins now, in
    /// progress.
    StatusKeeper(Status initial, Clocks clocks);

    /// Calls change(Status&) under the mutex and then enforces the contract: percent comes from
    /// bytes_done and the size, or else the expected size, only and never falls; error, ended, path
    /// and digest are removed if the state does not allow them; session, role, pid and started
    /// stay. After the change that makes the state final nothing changes, and this returns false.
    /// The cost grows with the number of receivers: meant for some ten calls a second, not for each
    /// packet.
    template <typename Change>
    bool update(Change&& change) {
        const std::lock_guard lock(mutex_);
        if (status_.state != State::in_progress) return false;
        const Status identity = begin_change();
        std::forward<Change>(change)(status_);
        end_change(identity);
        return true;
    }

    /// Ends the session; false, without a change, if it had ended before.
    bool succeed(std::optional<std::string> path = {}, std::optional<std::string> digest = {});
    bool fail(Error error);

    /// The status now, with elapsed_s and eta_s of this moment. Waits only for a copy.
    [[nodiscard]] Status snapshot() const;
    /// The same without `receivers`: the cost does not depend on their number.
    [[nodiscard]] Status head() const;
    /// Like snapshot(), but an ended session looks as it did just before. Others see this until the
    /// end is on record, so that it stays true if the process dies in between.
    [[nodiscard]] Status snapshot_before_end() const;

  private:
    [[nodiscard]] Status begin_change() const;
    void end_change(const Status& identity);
    [[nodiscard]] Status as_of_now(Status copy) const;
    void enforce_running();
    void enforce_final();
    void enforce_receivers();
    [[nodiscard]] double elapsed() const;

    const Clocks clocks_;
    const Duration begun_;
    mutable std::mutex mutex_;
    mutable Status status_;  // head() moves its receivers out during a copy
    int high_water_ = 0;     // the greatest percent
    std::map<std::string, int, std::less<>> receiver_high_water_;
};

}  // namespace mcast::control
