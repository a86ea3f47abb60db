// SPDX-License-Identifier: MIT
#include "storage/file_source.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace mcast::storage {
namespace {

std::string describe(mode_t mode) {
    if (S_ISDIR(mode)) return "a folder";
    if (S_ISFIFO(mode)) return "a pipe";
    if (S_ISSOCK(mode)) return "a socket";
    if (S_ISBLK(mode)) return "a block device";
    return "a character device";
}

bool same_time(const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

Result<void> check_regular(const std::string& path, const struct stat& status) {
    if (S_ISREG(status.st_mode)) return {};
    return fail(ErrorCode::unsupported, path + " is " + describe(status.st_mode) +
                                            "; only regular files and block devices can be sent");
}

// Files in /proc have the size 0 and content all the same. Sending nothing would be wrong.
Result<void> check_size(const std::string& path, int fd, const struct stat& status) {
    char byte = 0;
    if (status.st_size > 0 || ::pread(fd, &byte, 1, 0) == 0) return {};
    return fail(ErrorCode::unsupported, path + " has content but no size; send a copy of it");
}

}  // namespace

// Looks at the path before opening it: opening a pipe waits, and opening a device may do something.
Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return fail_errno("cannot open " + path);
    if (auto regular = check_regular(path, status); !regular)
        return std::unexpected(regular.error());
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd.valid()) return fail_errno("cannot open " + path);
    if (::fstat(fd.get(), &status) != 0) return fail_errno("cannot look at " + path);
    if (auto regular = check_regular(path, status); !regular)
        return std::unexpected(regular.error());
    if (auto sized = check_size(path, fd.get(), status); !sized)
        return std::unexpected(sized.error());
    auto content = MappedContent::map(path, fd.get(), static_cast<ByteCount>(status.st_size));
    if (!content) return std::unexpected(std::move(content.error()));
    return std::unique_ptr<FileSource>(
        new FileSource(path, std::move(fd), status, std::move(*content)));
}

// The content is mapped, so nobody needs the descriptor's position.
ByteCount FileSource::zeros_end(ByteCount offset) const {
    const off_t data = ::lseek(fd_.get(), static_cast<off_t>(offset), SEEK_DATA);
    if (data < 0) return errno == ENXIO ? std::max(offset, size()) : offset;
    return std::clamp<ByteCount>(static_cast<ByteCount>(data), offset, std::max(offset, size()));
}

Result<Source::Stamp> FileSource::check() {
    const auto changed = [this](const std::string& how) {
        return fail(ErrorCode::source_changed, path_ + " " + how + " while it was being sent");
    };
    struct stat now{};
    if (::fstat(fd_.get(), &now) != 0) return fail_errno("cannot look at " + path_);
    if (now.st_size != opened_.st_size)
        return changed("went from " + std::to_string(opened_.st_size) + " to " +
                       std::to_string(now.st_size) + " bytes");
    if (faulted() && !same_time(now.st_ctim, opened_.st_ctim))
        return changed("was cut short and made longer again");
    if (faulted()) return fail(ErrorCode::io, "cannot read " + path_ + " from its disk", EIO);
    // The time of the last change cannot be set back. The time of the last write is the only one
    // that some file systems update.
    return Stamp{now.st_ctim.tv_sec, now.st_ctim.tv_nsec, now.st_mtim.tv_sec, now.st_mtim.tv_nsec};
}

Error FileSource::changed() const {
    return {ErrorCode::source_changed, 0, path_ + " was written to while it was being sent"};
}

}  // namespace mcast::storage
