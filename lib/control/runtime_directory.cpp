// SPDX-License-Identifier: MIT
#include "control/runtime_directory.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/local_socket.hpp"
#include "os/unique_dir.hpp"

namespace mcast::control {
namespace {

bool is_own_directory(const std::string& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid();
}

std::string without_slashes(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

/// Makes the directory if it is missing, and checks that it can be written to.
Result<void> make_directory(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return fail_errno("cannot create the runtime directory " + path);
    if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0 && errno == EROFS)
        return fail_errno("cannot write to the runtime directory " + path);
    return {};
}

/// Checks that the directory is ours alone.
Result<std::string> check_directory(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    const auto refused = [&](const std::string& why) {
        return fail(ErrorCode::permission, "the runtime directory " + path + " " + why +
                                               ": name a folder of your own in MCAST_RUNTIME_DIR");
    };
    if (!fd.valid()) {
        if (errno == ELOOP || errno == ENOTDIR) return refused("is a link or no directory");
        return fail_errno("cannot open the runtime directory " + path);
    }
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return fail_errno("cannot look at " + path);
    if (info.st_uid != ::geteuid())
        return refused("belongs to user " + std::to_string(info.st_uid));
    if ((info.st_mode & 077) != 0) return refused("is open to others");
    return path;
}

}  // namespace

std::vector<std::string> directory_choices(
    const std::function<std::string(const char*)>& environment) {
    if (auto own = environment("MCAST_RUNTIME_DIR"); !own.empty()) return {std::move(own)};
    std::vector<std::string> choices;
    const std::string xdg = environment("XDG_RUNTIME_DIR");
    if (!xdg.empty() && is_own_directory(xdg)) choices.push_back(xdg + "/mcast");
    if (::geteuid() == 0) choices.emplace_back("/run/mcast");
    choices.push_back("/tmp/mcast-" + std::to_string(::geteuid()));
    return choices;
}

std::string choose_directory(const std::function<std::string(const char*)>& environment) {
    return directory_choices(environment).front();
}

Result<std::string> find_directory(const std::vector<std::string>& choices) {
    std::optional<Error> first;
    for (const auto& choice : choices) {
        const std::string path = without_slashes(choice);
        auto made = make_directory(path);
        if (made) return check_directory(path);
        if (!first) first = std::move(made.error());
    }
    return fail(first->code, first->message + "; name one that can be made in MCAST_RUNTIME_DIR",
                first->system);
}

Result<std::string> prepare_directory(const std::string& path) {
    return find_directory({path});
}

bool is_session_id(std::string_view text) {
    return text.size() == 8 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<Entries> list_entries(const std::string& directory) {
    const UniqueDir dir(::opendir(directory.c_str()));
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
