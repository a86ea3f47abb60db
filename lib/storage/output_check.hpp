// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.hpp"
#include "storage/file_system.hpp"

namespace mcast::storage {

/// Checks an output that is a path before there is an offer, so that nobody counts on a machine
/// that cannot write. `name` is the only offer that will be taken; empty if not known. Creates a
/// file in the folder and removes it. Errors: those of resolve_output(); usage (no file can have
/// the name); the reason why no file can be created.
[[nodiscard]] Result<void> check_output(FileSystem& files, const std::string& output,
                                        const std::string& name, bool overwrite);

}  // namespace mcast::storage
