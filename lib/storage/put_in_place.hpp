// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.hpp"
#include "storage/file_system.hpp"

namespace mcast::storage {

/// True for the answers of a file system that does not know a call, or does not let this user make
/// it, while another call may do.
[[nodiscard]] bool is_lacking(int error);

/// Gives a complete file its final name by the best means that its file system has: a rename that
/// replaces nothing, a hard link, or a rename onto an empty file that is put there first. Without
/// `may_replace` a file of somebody else at `to` is never replaced: `exists`.
[[nodiscard]] Result<void> put_in_place(FileSystem& files, const std::string& from,
                                        const std::string& to, bool may_replace);

}  // namespace mcast::storage
