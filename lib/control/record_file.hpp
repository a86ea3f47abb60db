// SPDX-License-Identifier: MIT
#pragma once

// Record files as readers see them: the status of a session plus the private key "process", which
// says whose it is. Shared by the owner (session_record.hpp) and the readers (status_query.hpp).

#include <optional>
#include <string>

#include <mcast/status.hpp>

#include "base/result.hpp"
#include "control/process_identity.hpp"
#include "control/taken.hpp"

namespace mcast::control {

struct Record {
    Status status;
    ProcessIdentity process;          ///< its pid is that of the status
    std::optional<Taken> taken = {};  ///< what a receiver received; its `session` is not kept
    bool damaged = false;             ///< stands for a file that cannot be read
};

/// The status is that of the process.
[[nodiscard]] std::string record_text(const Status& status, const ProcessIdentity& process,
                                      const std::optional<Taken>& taken = {});

/// Error no_such_session when there is no record. One of mcast 0.1.0 reads as what it says. A
/// damaged one is not an error but reads as failure/internal, so that it is listed, says what is
/// wrong and can be closed; one of any other version likewise, as failure/unsupported.
[[nodiscard]] Result<Record> read_record(const std::string& directory, const std::string& session);

/// What the record of a process reads as that died without a word: failure/process_died. When it
/// died is unknown.
[[nodiscard]] Status died(const Record& record);

}  // namespace mcast::control
