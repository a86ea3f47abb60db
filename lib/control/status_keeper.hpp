// SPDX-License-Identifier: MIT
#pragma once

// Holds the status of one running session and makes it keep the contract, whatever the session
// writes into it. The transfer thread updates, any thread takes snapshots; both hold a mutex only
// for the time of a copy. Owned by the session; outlives its control server.

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
    /// Where the keeper has the time from: the date, and a clock that never jumps.
    struct Clocks {
        std::function<WallTime()> wall;
        std::function<Duration()> steady;
    };

    /// `initial` says session, name, role, pid, group and so on; it begins now, in progress.
    StatusKeeper(Status initial, Clocks clocks);

    /// Calls change(Status&) under the mutex and then enforces the contract: percent comes from
    /// bytes_done and bytes_total only and never falls; error, ended, path and digest go when the
    /// state does not allow them; session, role, pid and started stay. The change that makes the
    /// state final is the last: false, and nothing happens, after it. Costs the number of
    /// receivers: meant for some ten calls a second, not for each packet.
    template <typename Change>
    bool update(Change&& change) {
        const std::lock_guard lock(mutex_);
        if (status_.state != State::in_progress) return false;
        const Status identity = begin_change();
        std::forward<Change>(change)(status_);
        end_change(identity);
        return true;
    }

    /// Ends the session; false when it had ended before, and then nothing changes.
    bool succeed(std::optional<std::string> path = {}, std::optional<std::string> digest = {});
    bool fail(Error error);

    /// The status now: elapsed_s and eta_s are of this moment. Waits for nothing but a copy.
    [[nodiscard]] Status snapshot() const;
    /// The same without `receivers`: costs the same for any number of them.
    [[nodiscard]] Status head() const;
    /// snapshot(), but of a session that has ended as it was just before: what others are shown
    /// until its end is on record. Should the process die in between, what they saw stays true.
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
    mutable Status status_;  // head() lays its receivers aside for the time of a copy
    int high_water_ = 0;     // of percent
    std::map<std::string, int, std::less<>> receiver_high_water_;
};

}  // namespace mcast::control
