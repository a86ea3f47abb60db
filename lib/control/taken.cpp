// SPDX-License-Identifier: MIT
#include "control/taken.hpp"

#include "control/record_file.hpp"
#include "control/runtime_directory.hpp"

namespace mcast::control {

// Skips records that cannot be read or were just closed.
Result<std::vector<Taken>> list_taken(const std::string& directory) {
    const auto entries = list_entries(directory);
    if (!entries) return std::unexpected(entries.error());
    std::vector<Taken> all;
    for (const auto& session : entries->records) {
        const auto record = read_record(directory, session);
        if (!record || !record->taken || record->status.state != State::success) continue;
        all.push_back(*record->taken);
        all.back().session = session;
    }
    return all;
}

}  // namespace mcast::control
