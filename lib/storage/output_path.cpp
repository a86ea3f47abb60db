// SPDX-License-Identifier: MIT
#include "storage/output_path.hpp"

#include "storage/safe_name.hpp"

namespace mcast::storage {
namespace {

using Kind = FileSystem::Kind;

Result<OutputPath> place(FileSystem& files, const std::string& output, const std::string& offered) {
    const auto kind = files.kind_of_target(output);
    if (!kind) return fail_errno("cannot look at " + output, kind.error());
    if (*kind == Kind::folder) {
        auto name = safe_name(offered);
        if (!name) return std::unexpected(name.error());
        return OutputPath{output, std::move(*name)};
    }
    const auto slash = output.rfind('/');
    OutputPath path{".", output};
    if (slash != std::string::npos)
        path = {slash == 0 ? "/" : output.substr(0, slash), output.substr(slash + 1)};
    const std::string& folder = path.name.empty() ? output : path.folder;
    const auto parent = files.kind_of_target(folder);
    if (!parent) return fail_errno("cannot look at the folder " + folder, parent.error());
    if (*parent != Kind::folder)
        return fail(ErrorCode::not_found, "there is no folder " + folder + " to put the file in");
    return path;
}

Result<void> check_free(FileSystem& files, const std::string& path, bool overwrite) {
    const auto kind = files.kind_of(path);
    if (!kind) return fail_errno("cannot look at " + path, kind.error());
    switch (*kind) {
        case Kind::missing:
            return {};
        case Kind::folder:
            return fail(ErrorCode::exists, path + " exists and is a folder");
        case Kind::other:
            return fail(ErrorCode::unsupported,
                        path + " is neither a file nor a folder; nothing else can be written to");
        case Kind::file:
        case Kind::link:
            break;
    }
    if (overwrite) return {};
    return fail(ErrorCode::exists, path + " exists already");
}

}  // namespace

std::string OutputPath::join(const std::string& folder, const std::string& name) {
    if (folder == ".") return name;
    return folder.ends_with('/') ? folder + name : folder + '/' + name;
}

Result<OutputPath> resolve_output(FileSystem& files, const std::string& output,
                                  const std::string& offered, bool overwrite) {
    if (output.empty()) return fail(ErrorCode::usage, "the output path is empty");
    auto path = place(files, output, offered);
    if (!path) return path;
    if (auto free = check_free(files, path->full(), overwrite); !free)
        return std::unexpected(free.error());
    return path;
}

}  // namespace mcast::storage
