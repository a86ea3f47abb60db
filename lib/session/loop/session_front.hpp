// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <mcast/session.hpp>

#include "base/result.hpp"
#include "control/server.hpp"
#include "control/session_record.hpp"
#include "control/status_keeper.hpp"
#include "session/loop/event_dispatcher.hpp"
#include "session/loop/warning_limit.hpp"

namespace mcast::session {

/// The side of a session that users see, for both roles: its status, its events, its record and
/// control socket in the runtime directory. The transfer loop writes, any thread reads. Socket and
/// record exist until this is destroyed. After that the record of a session that ended stays,
/// unless it was closed; a session that never ended leaves none.
class SessionFront {
  public:
    /// `initial` says role, name, group, interface and so on; the id and the pid are filled in.
    /// Errors: permission (the runtime directory), io.
    [[nodiscard]] static Result<std::unique_ptr<SessionFront>> create(Status initial,
                                                                      Observer observer);
    ~SessionFront();
    SessionFront(const SessionFront&) = delete;
    SessionFront& operator=(const SessionFront&) = delete;

    /// Opens the control socket: from now on operators' commands reach `commands`, on a thread of
    /// the server. `status` and `close` are filled in here. Everything that `commands` refer to
    /// outlives this.
    [[nodiscard]] Result<void> serve(control::Handlers commands);

    [[nodiscard]] const std::string& id() const { return id_; }
    /// The status for everybody: it shows the end only once that is on record.
    [[nodiscard]] Status snapshot() const {
        return recorded_ ? keeper_->snapshot() : keeper_->snapshot_before_end();
    }
    /// True once nothing can be asked of the session any more, even if snapshot() does not show the
    /// end yet.
    [[nodiscard]] bool ended() const { return keeper_->head().state != State::in_progress; }
    [[nodiscard]] bool wait(std::optional<std::chrono::duration<double>> limit) {
        return dispatcher_->wait(limit);
    }

    /// Changes the status, within the contract. The loop's thread, like the rest below.
    template <typename Change>
    void update(Change&& change) {
        keeper_->update(std::forward<Change>(change));
    }
    /// An event about the session, with its numbers.
    void emit(Event::Kind kind, std::string text = {},
              std::shared_ptr<const ReceiverStatus> receiver = {});
    /// An event about that receiver of a sender, or about no receiver, without the status.
    void emit_row(Event::Kind kind, std::optional<ReceiverStatus> receiver, std::string text = {});
    /// Gives a warning, unless the same was given a moment ago or there are too many.
    void warn(std::string text);
    /// Makes the state final and gives the `end` event; only the first call counts.
    void succeed(std::optional<std::string> path, std::optional<std::string> digest);
    void fail(Error error);
    /// Adds to the record what was received. To be called before succeed().
    void note_taken(control::Taken taken) { record_.note_taken(std::move(taken)); }

  private:
    SessionFront(Status initial, Observer observer, std::string directory,
                 control::SessionRecord record);
    void publish(const Event& event);
    void emit_end();
    [[nodiscard]] Event event(Event::Kind kind, std::string text) const;

    const std::string id_;
    const std::string directory_;
    std::unique_ptr<control::StatusKeeper> keeper_;
    control::SessionRecord record_;
    std::uint64_t intervals_ = 0;         ///< the dispatcher's thread
    std::atomic<bool> recorded_ = false;  ///< the end, unless that was impossible
    std::optional<double> data_began_s_;  ///< the loop's thread
    WarningLimit warnings_;
    // The dispatcher is destroyed before the server, which it publishes to.
    std::unique_ptr<control::ControlServer> server_;
    std::unique_ptr<EventDispatcher> dispatcher_;
};

}  // namespace mcast::session
