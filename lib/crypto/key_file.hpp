// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.hpp"
#include "crypto/secret.hpp"

namespace mcast::crypto {

/// Reads the secret in the file or pipe `path`. Errors: not_found, permission (also if others may
/// read it), io; auth if it holds no secret.
[[nodiscard]] Result<Secret> read_key_file(const std::string& path);

/// Makes the file `path` with a new secret in it, for its owner alone. Errors: exists, io,
/// permission, internal.
[[nodiscard]] Result<void> make_key_file(const std::string& path);

}  // namespace mcast::crypto
