// SPDX-License-Identifier: MIT
#pragma once

// The folder that the sessions of a user register in, and what is in it.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mcast::control {

/// Which folder the environment asks for; `environment` gives a variable or "". An
/// XDG_RUNTIME_DIR that belongs to somebody else (su, sudo) is passed over.
[[nodiscard]] std::string choose_directory(
    const std::function<std::string(const char*)>& environment);

/// Makes it 0700 if it is not there. `permission` when it is a link, belongs to someone else or
/// lets others in.
[[nodiscard]] Result<std::string> prepare_directory(std::string path);

/// Eight lower-case hex digits.
[[nodiscard]] bool is_session_id(std::string_view text);

struct Entries {
    std::vector<std::string> records;  ///< ids that have a record
    std::vector<std::string> orphans;  ///< ids that have a socket but no record
};
[[nodiscard]] Result<Entries> list_entries(const std::string& directory);

/// All that a session has there.
void remove_entry(const std::string& directory, const std::string& session);

}  // namespace mcast::control
