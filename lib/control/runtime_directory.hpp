// SPDX-License-Identifier: MIT
#pragma once

// The folder that the sessions of a user register in, and what is in it.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mcast::control {

/// Which folders the environment allows, the first choice first; `environment` gives a variable or
/// "". An XDG_RUNTIME_DIR that belongs to somebody else (su, sudo) is passed over;
/// MCAST_RUNTIME_DIR leaves no other choice.
[[nodiscard]] std::vector<std::string> directory_choices(
    const std::function<std::string(const char*)>& environment);
[[nodiscard]] std::string choose_directory(
    const std::function<std::string(const char*)>& environment);

/// The first of the choices that is there or can be made, 0700, and be written to. `permission`
/// when that one is a link, belongs to someone else or lets others in: then no other is taken.
[[nodiscard]] Result<std::string> find_directory(const std::vector<std::string>& choices);
[[nodiscard]] Result<std::string> prepare_directory(const std::string& path);

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
