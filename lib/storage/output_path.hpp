// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "storage/file_system.hpp"

namespace mcast::storage {

/// The place of a received file: a name in a folder that exists.
struct OutputPath {
    std::string folder;
    std::string name;

    /// The path of a name in a folder, without "./" in front.
    [[nodiscard]] static std::string join(const std::string& folder, const std::string& name);
    [[nodiscard]] std::string full() const { return join(folder, name); }
};

/// The descriptor that an output means: 1 for "-" and /dev/stdout, N for /dev/fd/N and
/// /proc/self/fd/N, and the same for a symbolic link to one of these.
[[nodiscard]] std::optional<int> named_descriptor(FileSystem& files, const std::string& output);

/// Finds the place that the user's `output` means. In a folder that exists the file is called
/// `offered` (checked by safe_name); anything else is the file itself. Errors: usage (empty),
/// not_found (folder, or a device that is not there), exists (a file or link without overwrite, a
/// folder in any case), unsupported (a device, which is no file, a pipe or socket), protocol
/// (unsafe name), permission, io.
[[nodiscard]] Result<OutputPath> resolve_output(FileSystem& files, const std::string& output,
                                                const std::string& offered, bool overwrite);

/// The same output as a path that is valid from any folder, for messages and records, which are
/// read elsewhere. It stays as it is if it means a descriptor, or if the folder of this process
/// cannot be reached by its path.
[[nodiscard]] std::string whole_output(const std::string& output);

/// The absolute path of a file, without links in its folder; empty if there is no such folder.
[[nodiscard]] std::string absolute_place(const std::string& file);

/// True if the output can mean the file at this place: it is the file itself, or its folder.
[[nodiscard]] bool means_place(FileSystem& files, const std::string& output,
                               const std::string& place);

}  // namespace mcast::storage
