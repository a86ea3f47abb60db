// SPDX-License-Identifier: MIT
#include "control/runtime_directory.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/local_socket.hpp"

namespace mcast::control {
namespace {

bool is_own_directory(const std::string& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid();
}

struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
};

}  // namespace

std::string choose_directory(const std::function<std::string(const char*)>& environment) {
    if (auto own = environment("MCAST_RUNTIME_DIR"); !own.empty()) return own;
    const std::string xdg = environment("XDG_RUNTIME_DIR");
    if (!xdg.empty() && is_own_directory(xdg)) return xdg + "/mcast";
    if (::geteuid() == 0) return "/run/mcast";
    return "/tmp/mcast-" + std::to_string(::geteuid());
}

Result<std::string> prepare_directory(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return fail_errno("cannot create the runtime directory " + path);
    }
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid()) {
        const bool link = errno == ELOOP || errno == ENOTDIR;
        if (!link) return fail_errno("cannot open the runtime directory " + path);
        return fail(ErrorCode::permission,
                    "the runtime directory " + path + " is a link or no directory", errno);
    }
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return fail_errno("cannot look at " + path);
    if (info.st_uid != ::geteuid()) {
        return fail(ErrorCode::permission, "the runtime directory " + path + " belongs to user " +
                                               std::to_string(info.st_uid) +
                                               ": name another in MCAST_RUNTIME_DIR");
    }
    if ((info.st_mode & 077) != 0) {
        return fail(ErrorCode::permission,
                    "the runtime directory " + path + " is open to others: chmod 700 it");
    }
    return path;
}

bool is_session_id(std::string_view text) {
    return text.size() == 8 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<Entries> list_entries(const std::string& directory) {
    const std::unique_ptr<DIR, CloseDir> dir(::opendir(directory.c_str()));
    if (!dir) return fail_errno("cannot list " + directory);
    Entries entries;
    std::vector<std::string> sockets;
    while (const dirent* entry = ::readdir(dir.get())) {
        const std::string_view name = entry->d_name;
        if (name.size() != 13 || !is_session_id(name.substr(0, 8))) continue;
        if (name.ends_with(".json")) entries.records.emplace_back(name.substr(0, 8));
        if (name.ends_with(".sock")) sockets.emplace_back(name.substr(0, 8));
    }
    std::ranges::sort(entries.records);
    std::ranges::sort(sockets);
    std::ranges::set_difference(sockets, entries.records, std::back_inserter(entries.orphans));
    return entries;
}

void remove_entry(const std::string& directory, const std::string& session) {
    const std::string record = record_path(directory, session);
    ::unlink(socket_path(directory, session).c_str());
    ::unlink((record + ".tmp").c_str());
    ::unlink(record.c_str());
}

}  // namespace mcast::control
