// SPDX-License-Identifier: MIT
#pragma once

#include <expected>
#include <string>

#include <mcast/error.hpp>

namespace mcast {

/// Makes the file `path` with a new secret for a group of machines (NetworkOptions::key), which its
/// owner alone can read. The result is the key's id, four hex digits, by which people tell keys
/// apart; it says nothing of the secret. Errors: exists, permission, not_found, io, internal.
[[nodiscard]] std::expected<std::string, Error> make_key(const std::string& path);

}  // namespace mcast
