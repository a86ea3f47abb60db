// SPDX-License-Identifier: MIT
#include "control/awaited.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "base/time.hpp"
#include "control/resolve.hpp"
#include "control/status_rules.hpp"

namespace mcast::control {
namespace {

using Clock = AwaitedView::Clock;

/// The time given to processes that are about to begin; after it the records count.
constexpr auto kLongestStart = std::chrono::seconds(10);
constexpr auto kLook = std::chrono::milliseconds(20);
/// The same while a receiver waits for an offer, which can be hours away.
constexpr auto kSlowLook = std::chrono::milliseconds(500);
/// If /proc shows us no processes, one may be starting all the same.
constexpr auto kBlindStart = std::chrono::seconds(1);
/// The start of a process is only known in ticks of the kernel's clock.
constexpr auto kTick = std::chrono::milliseconds(20);

class Search {
  public:
    Search(std::string_view session, const AwaitedView& view)
        : session_(session),
          view_(view),
          bound_(view.now() + kLongestStart),
          blind_bound_(view.now() + kBlindStart) {}

    Result<Status> run(Clock::time_point deadline) {
        for (;;) {
            // The order matters: a process that is already gone here has its record in the list.
            auto processes = view_.processes();
            const auto sessions = view_.list();
            if (!sessions) return std::unexpected(sessions.error());
            auto found = resolve(*sessions, session_, Meaning::awaited);
            const bool settled = found ? !is_final(found->state)
                                       : found.error().code == ErrorCode::ambiguous_session;
            if (settled) return found;
            const auto starting =
                find_starting(processes, view_.self, registered(processes, *sessions));
            note(processes, starting.tools);
            const bool nameless = has_nameless(processes, *sessions);
            const auto now = view_.now();
            const bool begins = processes.empty()
                                    ? now < blind_bound_
                                    : now < bound_ && (!starting.tools.empty() || starting.perhaps);
            if (!begins && !nameless) {
                last_seen_ = std::move(processes);
                return settle(std::move(found), *sessions);
            }
            if (now >= deadline) {
                return fail(ErrorCode::wait_timed_out, "no such session has begun yet");
            }
            const Clock::duration pause = begins ? kLook : kSlowLook;
            view_.pause(std::min(pause, deadline - now));
        }
    }

  private:
    /// The start of the process, or up to a tick of the kernel's clock earlier.
    [[nodiscard]] WallTime beginning(const ProcessView& process) const {
        const auto age = std::chrono::duration<double>(process.age_s);
        return view_.date() - std::chrono::duration_cast<WallTime::duration>(age) - kTick;
    }

    /// The processes that have a session. A session that ended before the process began belongs to
    /// an earlier process with that pid.
    [[nodiscard]] std::vector<std::int64_t> registered(const ProcessTable& processes,
                                                       const std::vector<Status>& sessions) const {
        std::vector<std::int64_t> pids;
        for (const auto& status : sessions) {
            const auto process = processes.find(status.pid);
            if (process == processes.end()) continue;
            const bool its =
                !is_final(status.state) || status.started >= beginning(process->second);
            if (its) pids.push_back(status.pid);
        }
        return pids;
    }

    void note(const ProcessTable& processes, const std::vector<std::int64_t>& tools) {
        for (const auto pid : tools) {
            const auto& process = processes.at(pid);
            if (may_be_called(process.words, session_)) begun_.try_emplace(pid, beginning(process));
        }
    }

    [[nodiscard]] bool has_nameless(const ProcessTable& processes,
                                    const std::vector<Status>& sessions) const {
        return std::ranges::any_of(sessions, [&](const Status& status) {
            return status.name.empty() && !is_final(status.state) &&
                   is_relative(processes, view_.self, status.pid);
        });
    }

    /// The error for a process that was seen to be starting and has no session. An old session must
    /// not be mistaken for its own.
    [[nodiscard]] std::unexpected<Error> begun_nothing(std::int64_t pid) const {
        const auto process = "process " + std::to_string(pid);
        if (!last_seen_.contains(pid)) {
            return fail(ErrorCode::process_died, process + " ended without beginning a session");
        }
        return fail(ErrorCode::wait_timed_out, process + " has not begun its session yet");
    }

    /// The result when nothing is about to begin any more.
    [[nodiscard]] Result<Status> settle(Result<Status> found,
                                        const std::vector<Status>& sessions) const {
        for (const auto& [pid, begun] : begun_) {
            const bool has_session = std::ranges::any_of(sessions, [&](const Status& status) {
                return status.pid == pid && (!is_final(status.state) || status.started >= begun);
            });
            if (has_session) continue;
            // The session found may come from a child of the process, as with --background.
            if (found && found->started >= begun) continue;
            return begun_nothing(pid);
        }
        return found;
    }

    const std::string_view session_;
    const AwaitedView& view_;
    const Clock::time_point bound_;
    const Clock::time_point blind_bound_;
    ProcessTable last_seen_;
    std::map<std::int64_t, WallTime> begun_;  ///< by pid: transfers that had no session when seen
};

}  // namespace

Result<Status> awaited(std::string_view session, Clock::time_point deadline,
                       const AwaitedView& view) {
    return Search(session, view).run(deadline);
}

}  // namespace mcast::control
