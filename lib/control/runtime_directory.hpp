// SPDX-License-Identifier: MIT
#pragma once

// The folder in which the sessions of a user register, and its content.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mcast::control {

/// The folders that the environment allows, the first choice first; `environment` returns a
/// variable or "". An XDG_RUNTIME_DIR that belongs to somebody else (su, sudo) is skipped;
/// MCAST_RUNTIME_DIR leaves no other choice.
[[nodiscard]] std::vector<std::string> directory_choices(
    const std::function<std::string(const char*)>& environment);
[[nodiscard]] std::string choose_directory(
    const std::function<std::string(const char*)>& environment);

/// The first of the choices that exists or can be made, with mode 0700, and is writable.
/// `permission`, without a try of the others, if that one is a link, belongs to someone else or
/// lets others in.
[[nodiscard]] Result<std::string> find_directory(const std::vector<std::string>& choices);
[[nodiscard]] Result<std::string> prepare_directory(const std::string& path);

/// Eight lower-case hex digits.
[[nodiscard]] bool is_session_id(std::string_view text);

struct Entries {
    std::vector<std::string> records;  ///< ids that have a record
    std::vector<std::string> orphans;  ///< ids that have a socket but no record
};
[[nodiscard]] Result<Entries> list_entries(const std::string& directory);

/// Removes all files of a session.
void remove_entry(const std::string& directory, const std::string& session);

}  // namespace mcast::control
