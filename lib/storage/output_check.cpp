// SPDX-License-Identifier: MIT
#include "storage/output_check.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "storage/output_path.hpp"
#include "storage/safe_name.hpp"

namespace mcast::storage {
namespace {

/// Tries a file without a name first, which nobody sees. Not every file system has such files.
Result<void> check_folder(FileSystem& files, const std::string& folder) {
    if (const auto unnamed = files.create_unnamed(folder)) {
        files.close(*unnamed);
        return {};
    }
    const std::string path =
        OutputPath::join(folder, fmt::format(".mcast-{}.part", static_cast<long>(::getpid())));
    const auto fd = files.create(path);
    if (!fd && fd.error() == EEXIST) return {};  // left by an earlier process
    if (!fd) return fail_errno("cannot create a file in " + folder, fd.error());
    files.close(*fd);
    // Where files can be created but not removed, an empty one stays. It does no harm.
    static_cast<void>(files.remove(path));
    return {};
}

Result<std::string> folder_of(FileSystem& files, const std::string& output, const std::string& name,
                              bool overwrite) {
    const auto kind = files.kind_of_target(output);
    if (!kind) return fail_errno("cannot look at " + output, kind.error());
    if (*kind == FileSystem::Kind::folder && name.empty()) return output;
    if (*kind == FileSystem::Kind::folder && !name_objection(name).empty())
        return fail(ErrorCode::usage, "no file can have the name \"" + printable(name) +
                                          "\": " + std::string(name_objection(name)) +
                                          "; name the file with --output");
    auto path = resolve_output(files, output, name, overwrite);
    if (!path) return std::unexpected(std::move(path.error()));
    return std::move(path->folder);
}

}  // namespace

Result<void> check_output(FileSystem& files, const std::string& output, const std::string& name,
                          bool overwrite) {
    if (output.empty()) return fail(ErrorCode::usage, "the output has no name");
    const auto folder = folder_of(files, output, name, overwrite);
    if (!folder) return std::unexpected(folder.error());
    return check_folder(files, *folder);
}

}  // namespace mcast::storage
