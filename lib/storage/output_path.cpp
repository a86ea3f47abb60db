// SPDX-License-Identifier: MIT
#include "storage/output_path.hpp"

#include <algorithm>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include <unistd.h>

#include "storage/safe_name.hpp"

namespace mcast::storage {
namespace {

using Kind = FileSystem::Kind;

constexpr int kMostLinks = 8;  // nobody needs longer chains

std::string absolute_folder(const std::string& folder) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(folder.c_str(), nullptr),
                                                           &std::free);
    return real ? std::string(real.get()) : std::string();
}

OutputPath split(const std::string& file) {
    const auto slash = file.rfind('/');
    if (slash == std::string::npos) return {".", file};
    return {slash == 0 ? "/" : file.substr(0, slash), file.substr(slash + 1)};
}

Result<OutputPath> place(FileSystem& files, const std::string& output, const std::string& offered) {
    const auto kind = files.kind_of_target(output);
    if (!kind) return fail_errno("cannot look at " + output, kind.error());
    if (*kind == Kind::folder) {
        auto name = safe_name(offered);
        if (!name) return std::unexpected(name.error());
        return OutputPath{output, std::move(*name)};
    }
    OutputPath path = split(output);
    const std::string& folder = path.name.empty() ? output : path.folder;
    const auto parent = files.kind_of_target(folder);
    if (!parent) return fail_errno("cannot look at the folder " + folder, parent.error());
    if (*parent != Kind::folder)
        return fail(ErrorCode::not_found, "there is no folder " + folder + " to put the file in");
    return path;
}

bool is_special(Kind kind) {
    return kind == Kind::block_device || kind == Kind::character_device || kind == Kind::pipe ||
           kind == Kind::socket;
}

/// A link to a device must not be replaced by a file, no more than the device itself.
std::unexpected<Error> no_file(const std::string& path, Kind kind) {
    if (kind == Kind::socket)
        return fail(ErrorCode::unsupported, path + " is a socket, which cannot be written to");
    if (kind == Kind::block_device)
        return fail(ErrorCode::unsupported,
                    path + " is a block device, which is written to only if --output names it");
    return fail(ErrorCode::unsupported,
                path + (kind == Kind::pipe ? " is a pipe" : " is a character device") +
                    ", and only a file or a block device can be named as output; write to it with "
                    "--output - > " +
                    path);
}

// A slip in the name of a device would fill the memory in which /dev is. /dev/shm is for files.
Result<void> check_not_in_dev(const OutputPath& path) {
    const std::string folder = absolute_folder(path.folder) + "/";
    if (!folder.starts_with("/dev/") || folder.starts_with("/dev/shm/")) return {};
    return fail(ErrorCode::not_found,
                "there is no device " + path.full() + ", and no file is created in /dev");
}

Result<void> check_free(FileSystem& files, const std::string& path, bool overwrite) {
    const auto kind = files.kind_of(path);
    if (!kind) return fail_errno("cannot look at " + path, kind.error());
    switch (*kind) {
        case Kind::missing:
            return {};
        case Kind::folder:
            return fail(ErrorCode::exists, path + " exists and is a folder");
        case Kind::block_device:
        case Kind::character_device:
        case Kind::pipe:
        case Kind::socket:
            return no_file(path, *kind);
        case Kind::link: {
            const auto target = files.kind_of_target(path);
            if (target && is_special(*target)) return no_file(path, *target);
            break;
        }
        case Kind::file:
            break;
    }
    if (overwrite) return {};
    return fail(ErrorCode::exists, path + " exists already");
}

std::optional<int> number_after(const std::string& path, std::string_view prefix) {
    if (!path.starts_with(prefix) || path.size() == prefix.size()) return {};
    int number = 0;
    const char* const end = path.data() + path.size();
    const auto [stop, error] = std::from_chars(path.data() + prefix.size(), end, number);
    if (error != std::errc{} || stop != end || number < 0) return {};
    return number;
}

std::optional<int> descriptor_in(const std::string& path) {
    if (path == "-" || path == "/dev/stdout") return 1;
    if (path == "/dev/stdin") return 0;
    if (path == "/dev/stderr") return 2;
    if (const auto number = number_after(path, "/dev/fd/")) return number;
    if (const auto number = number_after(path, "/proc/self/fd/")) return number;
    return number_after(path, "/proc/" + std::to_string(::getpid()) + "/fd/");
}

}  // namespace

std::string OutputPath::join(const std::string& folder, const std::string& name) {
    if (folder == ".") return name;
    return folder.ends_with('/') ? folder + name : folder + '/' + name;
}

std::optional<int> named_descriptor(FileSystem& files, const std::string& output) {
    std::string path = output;
    for (int links = 0; links < kMostLinks; ++links) {
        if (const auto number = descriptor_in(path)) return number;
        const auto target = files.read_link(path);
        if (!target || target->empty()) return {};
        const auto slash = path.rfind('/');
        path = target->front() == '/' || slash == std::string::npos
                   ? *target
                   : path.substr(0, slash + 1) + *target;
    }
    return {};
}

Result<OutputPath> resolve_output(FileSystem& files, const std::string& output,
                                  const std::string& offered, bool overwrite) {
    if (output.empty()) return fail(ErrorCode::usage, "the output path is empty");
    auto path = place(files, output, offered);
    if (!path) return path;
    if (auto free = check_free(files, path->full(), overwrite); !free)
        return std::unexpected(free.error());
    if (auto outside = check_not_in_dev(*path); !outside) return std::unexpected(outside.error());
    return path;
}

// "name/.." stays as it is, since a link may lead anywhere. The path of this folder has no links.
std::string whole_output(const std::string& output) {
    namespace fs = std::filesystem;
    std::error_code failed;
    if (output.empty() || output == "-" || output.front() == '/') return output;
    fs::path folder = fs::current_path(failed);
    // Below a folder that this user may not enter only the relative path works.
    if (failed || !fs::equivalent(folder, ".", failed)) return output;
    std::string_view rest = output;
    while (true) {
        const auto part = rest.substr(0, rest.find('/'));
        if (part == "..")
            folder = folder.parent_path();
        else if (part != "." && !(part.empty() && !rest.empty()))
            break;
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    }
    const auto whole = OutputPath::join(folder.string(), std::string(rest));
    return whole.size() < PATH_MAX ? whole : output;
}

std::string absolute_place(const std::string& file) {
    const OutputPath path = split(file);
    const std::string folder = absolute_folder(path.folder);
    return folder.empty() ? folder : OutputPath::join(folder, path.name);
}

bool means_place(FileSystem& files, const std::string& output, const std::string& place) {
    if (output.empty() || place.empty() || named_descriptor(files, output)) return false;
    if (files.kind_of_target(output) == Kind::folder)
        return absolute_folder(output) == absolute_folder(split(place).folder);
    return absolute_place(output) == place;
}

}  // namespace mcast::storage
