// SPDX-License-Identifier: MIT
#pragma once

// Finds the processes that may be about to register a session. A wait by name needs them, as
// scripts start a transfer and wait for it at once. Pure; process_table.hpp reads the processes
// from /proc.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <mcast/status.hpp>

namespace mcast::control {

/// A process, as far as it matters here.
struct ProcessView {
    std::int64_t parent = 0;
    std::string name;  ///< the kernel's name: at most 15 bytes of the program's
    double age_s = 0;
    bool transfers = false;          ///< the tool, in a transfer that registers in our directory
    std::vector<std::string> words;  ///< its command line, if it is the tool
};
using ProcessTable = std::map<std::int64_t, ProcessView>;  ///< by pid

/// The name of the tool for a role.
[[nodiscard]] std::string_view tool_of(Role role);

/// True if that command line of mcsend or mcrecv is a transfer, not a command on sessions or a
/// request for help.
[[nodiscard]] bool is_transfer(const std::vector<std::string>& words);

/// True if the transfer of that command line can have that name; an empty one fits all.
[[nodiscard]] bool may_be_called(const std::vector<std::string>& words, std::string_view session);

struct Starting {
    std::vector<std::int64_t> tools;  ///< transfers that have just started and have no session yet
    /// A relative of ours is so young that it may still become the tool: a shell that has forked,
    /// or sudo and the like.
    bool perhaps = false;
};

/// Searches these processes, as seen by `self`; `registered` are those that have a session.
[[nodiscard]] Starting find_starting(const ProcessTable& processes, std::int64_t self,
                                     const std::vector<std::int64_t>& registered);

/// True if the same shell started both, even through subshells, sudo and the like.
[[nodiscard]] bool is_relative(const ProcessTable& processes, std::int64_t self,
                               std::int64_t other);

}  // namespace mcast::control
