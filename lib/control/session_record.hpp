// SPDX-License-Identifier: MIT
#pragma once

// The entry of a session in the runtime directory: `<session>.json`, its record. Written when the
// session begins and replaced, whole or not at all, when it ends; what readers make of it when the
// process is gone without a word is in records.hpp.

#include <mutex>
#include <optional>
#include <string>

#include <mcast/status.hpp>

#include "base/result.hpp"
#include "control/process_identity.hpp"
#include "control/taken.hpp"

namespace mcast::control {

/// Eight random hex digits that no entry of the directory has.
[[nodiscard]] Result<std::string> new_session_id(const std::string& directory);

/// Owned by the session; its methods may be called from any thread.
class SessionRecord {
  public:
    /// Writes the first record, before the control server is started: `initial` with its session
    /// id, in progress, of this process. `exists` when the id is taken.
    [[nodiscard]] static Result<SessionRecord> create(std::string directory, const Status& initial);

    SessionRecord(SessionRecord&& other) noexcept;

    /// Replaces the record with a newer status; worth doing every few seconds, so that a process
    /// that dies leaves behind how far it was. Nothing after finish or remove, nor when somebody
    /// has taken the record away: a session that was closed does not come back.
    [[nodiscard]] Result<void> update(const Status& now);
    /// Keeps with the record what was received; to be called before finish.
    void note_taken(Taken taken);
    /// Replaces the record with the final status, once. Nothing after remove.
    [[nodiscard]] Result<void> finish(const Status& final);
    /// Takes the record away; finish leaves none behind any more.
    void remove();

  private:
    SessionRecord(std::string directory, std::string session, ProcessIdentity process);
    [[nodiscard]] Result<void> replace(const Status& status);

    const std::string directory_;
    const std::string session_;
    const ProcessIdentity process_;
    std::mutex mutex_;
    std::optional<Taken> taken_;
    bool over_ = false;  ///< finished, removed or taken away
};

}  // namespace mcast::control
