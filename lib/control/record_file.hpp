// SPDX-License-Identifier: MIT
#pragma once

// Record files as readers see them: the status of a session plus the private key "process", which
// names its owner. Shared by the owner (session_record.hpp) and the readers (status_query.hpp).

#include <optional>
#include <string>

#include <mcast/status.hpp>

#include "base/result.hpp"
#include "control/process_identity.hpp"
#include "control/taken.hpp"

namespace mcast::control {

struct Record {
    Status status;
    ProcessIdentity process;          ///< its pid is also in the status
    std::optional<Taken> taken = {};  ///< what was received, without its `session`
    bool damaged = false;             ///< true: the file cannot be read
};

/// The text of a record; the status belongs to that process.
[[nodiscard]] std::string record_text(const Status& status, const ProcessIdentity& process,
                                      const std::optional<Taken>& taken = {});

/// Error no_such_session if there is no record. A record of mcast 0.1.0 is converted. A damaged one
/// is not an error but reads as failure/internal, so that it is listed, tells what is wrong and can
/// be closed. One of any other version likewise reads as failure/unsupported.
[[nodiscard]] Result<Record> read_record(const std::string& directory, const std::string& session);

/// The status in the record of a process that died without recording its end: failure/process_died.
/// The time of its death is unknown.
[[nodiscard]] Status died(const Record& record);

}  // namespace mcast::control
