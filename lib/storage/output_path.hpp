// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
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

/// The descriptor that an output means: "-" and /dev/stdout are 1, /dev/fd/N and /proc/self/fd/N
/// are N, and so is a symbolic link to one of these.
[[nodiscard]] std::optional<int> named_descriptor(FileSystem& files, const std::string& output);

/// What the user's `output` means: a folder that exists takes `offered` (checked by safe_name),
/// anything else is the file itself. Errors: usage (empty), not_found (folder), exists (a file or
/// link without overwrite, a folder in any case), unsupported (a device, pipe or socket),
/// protocol (unsafe name), permission, io.
[[nodiscard]] Result<OutputPath> resolve_output(FileSystem& files, const std::string& output,
                                                const std::string& offered, bool overwrite);

/// The same output as a path that means the same in any folder, for words, records and whoever
/// reads them elsewhere. It stays as it is if it means a descriptor, or where the folder of this
/// process cannot be reached by its path.
[[nodiscard]] std::string whole_output(const std::string& output);

/// The absolute path of a file, without links in its folder, which exists; empty: it does not.
[[nodiscard]] std::string absolute_place(const std::string& file);

/// True when the output means the file at this place, whatever is offered: the file itself, or the
/// folder that it is in.
[[nodiscard]] bool means_place(FileSystem& files, const std::string& output,
                               const std::string& place);

}  // namespace mcast::storage
