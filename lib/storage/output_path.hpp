// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.hpp"
#include "storage/file_system.hpp"

namespace mcast::storage {

/// Where a received file will appear: a name in a folder that exists.
struct OutputPath {
    std::string folder;
    std::string name;

    /// Of any name in the folder; without "./" in front.
    [[nodiscard]] static std::string join(const std::string& folder, const std::string& name);
    [[nodiscard]] std::string full() const { return join(folder, name); }
};

/// What the user's `output` means: a folder that exists takes `offered` (checked by safe_name),
/// anything else is the file itself. Errors: usage (empty), not_found (folder), exists (a file or
/// link without overwrite, a folder in any case), unsupported (a device, pipe or socket),
/// protocol (unsafe name), permission, io.
[[nodiscard]] Result<OutputPath> resolve_output(FileSystem& files, const std::string& output,
                                                const std::string& offered, bool overwrite);

}  // namespace mcast::storage
