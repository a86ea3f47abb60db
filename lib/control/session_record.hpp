// SPDX-License-Identifier: MIT
#pragma once

// The entry of a session in the runtime directory: `<session>.json`, its record. Written when the
// session begins and replaced, whole or not at all, when it ends. record_file.hpp says how it reads
// if the process died in between.

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

/// Owned by the session; any thread may call its methods.
class SessionRecord {
  public:
    /// Writes the first record, before the control server is started: `initial` with its session
    /// id, in progress, of this process. `exists` if the id is taken.
    [[nodiscard]] static Result<SessionRecord> create(std::string directory, const Status& initial);

    SessionRecord(SessionRecord&& other) noexcept;

    /// Replaces the record with a newer status. To be called every few seconds, so that a process
    /// that dies leaves its progress behind. Does nothing after finish or remove, or if somebody
    /// has removed the record: a session that was closed does not come back.
    [[nodiscard]] Result<void> update(const Status& now);
    /// Adds the received transfer to the record; to be called before finish.
    void note_taken(Taken taken);
    /// Replaces the record with the final status, once. Does nothing after remove.
    [[nodiscard]] Result<void> finish(const Status& final);
    /// Removes the record; finish leaves none behind then.
    void remove();

  private:
    SessionRecord(std::string directory, std::string session, ProcessIdentity process);
    [[nodiscard]] Result<void> replace(const Status& status);

    const std::string directory_;
    const std::string session_;
    const ProcessIdentity process_;
    std::mutex mutex_;
    std::optional<Taken> taken_;
    bool over_ = false;  ///< finished, or removed by us or others
};

}  // namespace mcast::control
