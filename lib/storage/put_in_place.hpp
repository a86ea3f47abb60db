// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.hpp"
#include "storage/file_system.hpp"

namespace mcast::storage {

/// True for the errors of a file system that lacks a call, or does not allow it to this user.
/// Another call may work.
[[nodiscard]] bool is_lacking(int error);

/// Gives a complete file its final name by the best way that its file system has: a rename that
/// replaces nothing, a hard link, or a rename onto an empty file that is created first. Without
/// `may_replace` the file of somebody else at `to` is never replaced; the error is `exists`.
[[nodiscard]] Result<void> put_in_place(FileSystem& files, const std::string& from,
                                        const std::string& to, bool may_replace);

}  // namespace mcast::storage
