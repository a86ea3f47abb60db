// SPDX-License-Identifier: MIT
#pragma once

// Identifies the process that owns a session so that neither a reused pid nor a reboot can confuse
// it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mcast::control {

struct ProcessIdentity {
    std::int64_t pid = 0;
    std::uint64_t start_time = 0;  ///< clock ticks after boot
    std::string boot_id;
    friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

/// The identity of this process.
[[nodiscard]] Result<ProcessIdentity> own_identity();

/// True if that very process still runs. A zombie does not.
[[nodiscard]] bool is_alive(const ProcessIdentity& process);

struct ProcStat {
    std::string name;  ///< the kernel's name: at most 15 bytes of the program's
    char state = '?';
    std::int64_t parent = 0;
    std::uint64_t start_time = 0;
};
/// Fields 2, 3, 4 and 22 of /proc/PID/stat. The name can hold any character.
[[nodiscard]] std::optional<ProcStat> parse_proc_stat(std::string_view text);

}  // namespace mcast::control
