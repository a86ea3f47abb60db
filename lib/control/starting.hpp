// SPDX-License-Identifier: MIT
#pragma once

// Which processes may be about to register a session: what a wait by name has to know, since a
// script starts a transfer and waits for it in the same breath. Pure; process_table.hpp has the
// processes from /proc.

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
    std::string name;  ///< the kernel's, at most 15 bytes of the program's
    double age_s = 0;
    bool transfers = false;          ///< the tool, to transfer, into our directory
    std::vector<std::string> words;  ///< its command line, if it is the tool
};
using ProcessTable = std::map<std::int64_t, ProcessView>;  ///< by pid

/// The tool that makes sessions of a role.
[[nodiscard]] std::string_view tool_of(Role role);

/// That command line of mcsend or mcrecv transfers something; it is no command on sessions, and
/// asks for no help.
[[nodiscard]] bool is_transfer(const std::vector<std::string>& words);

/// What that command line transfers may be called so; an empty text fits all.
[[nodiscard]] bool may_be_called(const std::vector<std::string>& words, std::string_view session);

struct Starting {
    std::vector<std::int64_t> tools;  ///< transfers that have just been started and no session yet
    /// There is a relative of ours so young that it may still become the tool: a shell that has
    /// forked, or sudo and the like.
    bool perhaps = false;
};

/// Of these processes, seen by `self`; `registered` are those that have a session.
[[nodiscard]] Starting find_starting(const ProcessTable& processes, std::int64_t self,
                                     const std::vector<std::int64_t>& registered);

/// Both were started by the same shell, whatever subshells, sudo and the like lie between.
[[nodiscard]] bool is_relative(const ProcessTable& processes, std::int64_t self,
                               std::int64_t other);

}  // namespace mcast::control
