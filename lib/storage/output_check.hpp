// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.hpp"
#include "storage/file_system.hpp"

namespace mcast::storage {

/// What can be known of an output that is a path before anything is offered, so that nobody counts
/// on a machine that cannot write. `name` is that of the only offer that will be taken, empty: not
/// known. Errors: as resolve_output, usage (a name that no file can have), and whatever keeps a
/// file from being created in the folder, which is tried and leaves nothing behind.
[[nodiscard]] Result<void> check_output(FileSystem& files, const std::string& output,
                                        const std::string& name, bool overwrite);

}  // namespace mcast::storage
