// SPDX-License-Identifier: MIT
#include "control/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/unique_fd.hpp"

namespace mcast::control {
namespace {

/// Writes `<path>.tmp` and returns its name.
Result<std::string> write_temporary(const std::string& path, std::string_view content) {
    std::string name = path + ".tmp";
    ::unlink(name.c_str());
    UniqueFd fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd.valid()) return fail_errno("cannot create " + name);
    while (!content.empty()) {
        const ssize_t written = ::write(fd.get(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            const int error = errno;
            ::unlink(name.c_str());
            return fail_errno("cannot write " + name, error);
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return name;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd.valid()) return fail_errno("cannot open " + path);
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return fail_errno("cannot look at " + path);
    if (!S_ISREG(info.st_mode)) return fail(ErrorCode::io, path + " is no regular file");
    std::string content;
    // Files of /proc report the size 0.
    std::size_t room = std::max<std::size_t>(static_cast<std::size_t>(info.st_size) + 1, 1024);
    for (;;) {
        const std::size_t size = content.size();
        if (size > limit) return fail(ErrorCode::io, path + " is too long");
        content.resize(size + std::min(room, limit + 1 - size));
        const ssize_t got = ::read(fd.get(), content.data() + size, content.size() - size);
        content.resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno != EINTR) return fail_errno("cannot read " + path);
        if (got == 0) return content;
    }
}

Result<void> create_file(const std::string& path, std::string_view content) {
    const auto temporary = write_temporary(path, content);
    if (!temporary) return std::unexpected(temporary.error());
    // Unlike a rename, a link fails if the name is in use.
    const int outcome = ::link(temporary->c_str(), path.c_str());
    const int error = errno;
    ::unlink(temporary->c_str());
    if (outcome != 0) return fail_errno("cannot create " + path, error);
    return {};
}

Result<void> replace_file(const std::string& path, std::string_view content) {
    const auto temporary = write_temporary(path, content);
    if (!temporary) return std::unexpected(temporary.error());
    if (::rename(temporary->c_str(), path.c_str()) != 0) {
        const int error = errno;
        ::unlink(temporary->c_str());
        return fail_errno("cannot replace " + path, error);
    }
    return {};
}

}  // namespace mcast::control
