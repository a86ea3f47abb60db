// SPDX-License-Identifier: MIT
#include "storage/file_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.hpp"

namespace mcast::storage {
namespace {

std::string describe(mode_t mode) {
    if (S_ISDIR(mode)) return "a folder";
    if (S_ISFIFO(mode)) return "a pipe";
    if (S_ISSOCK(mode)) return "a socket";
    return "a device";
}

bool same_time(const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

Result<void> check_regular(const std::string& path, const struct stat& status) {
    if (S_ISREG(status.st_mode)) return {};
    return fail(ErrorCode::unsupported,
                path + " is " + describe(status.st_mode) + "; only regular files can be sent");
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
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return fail_errno("cannot open " + path);
    const int stat_error = ::fstat(fd, &status) == 0 ? 0 : errno;
    std::unique_ptr<FileSource> source(new FileSource(path, fd, status));
    if (stat_error != 0) return fail_errno("cannot look at " + path, stat_error);
    if (auto regular = check_regular(path, status); !regular)
        return std::unexpected(regular.error());
    if (auto sized = check_size(path, fd, status); !sized) return std::unexpected(sized.error());
    if (auto mapped = source->map(); !mapped) return std::unexpected(mapped.error());
    return source;
}

FileSource::FileSource(std::string path, int fd, const struct stat& status)
    : path_(std::move(path)),
      fd_(fd),
      opened_(status),
      size_(static_cast<ByteCount>(status.st_size)) {}

FileSource::~FileSource() {
    guard_.reset();
    if (data_ != nullptr) ::munmap(data_, size_);
}

Result<void> FileSource::map() {
    if (size_ == 0) return {};
    if (size_ > std::numeric_limits<std::size_t>::max())
        return fail(ErrorCode::unsupported, path_ + " is too large for this machine to map");
    void* begin = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, fd_.get(), 0);
    if (begin == MAP_FAILED) return fail_errno("cannot map " + path_);
    data_ = static_cast<std::uint8_t*>(begin);
    if (auto guard = SigbusGuard::protect(begin, size_, faulted_); guard) {
        guard_.emplace(std::move(*guard));
        return {};
    }
    return fail(ErrorCode::unsupported, "too many files are open for sending at once");
}

void FileSource::read(ByteCount offset, MutableBytes out) const {
    MCAST_ASSERT(offset <= size_ && out.size() <= size_ - offset);
    if (!out.empty()) std::memcpy(out.data(), data_ + offset, out.size());
}

void FileSource::will_need(ByteCount offset, ByteCount length) {
    const ByteCount begin = std::min(offset, size_);
    advise(begin, begin + std::min(length, size_ - begin), MADV_WILLNEED);
}

// The last page stays if only a part of it is done with. It goes with the next range.
void FileSource::done_with(ByteCount offset, ByteCount length) {
    const auto page = static_cast<ByteCount>(::sysconf(_SC_PAGESIZE));
    const ByteCount begin = std::min(offset, size_);
    const ByteCount end = begin + std::min(length, size_ - begin);
    advise(begin, end == size_ ? end : end & ~(page - 1), MADV_DONTNEED);
}

// Hints: they affect speed and memory, not content, so errors do not matter.
void FileSource::advise(ByteCount offset, ByteCount end, int advice) {
    const auto page = static_cast<ByteCount>(::sysconf(_SC_PAGESIZE));
    const ByteCount begin = offset & ~(page - 1);
    if (begin < end) ::madvise(data_ + begin, end - begin, advice);
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
    if (faulted_.load() && !same_time(now.st_ctim, opened_.st_ctim))
        return changed("was cut short and made longer again");
    if (faulted_.load()) return fail(ErrorCode::io, "cannot read " + path_ + " from its disk", EIO);
    // The time of the last change cannot be set back. The time of the last write is the only one
    // that some file systems update.
    return Stamp{now.st_ctim.tv_sec, now.st_ctim.tv_nsec, now.st_mtim.tv_sec, now.st_mtim.tv_nsec};
}

Error FileSource::changed() const {
    return {ErrorCode::source_changed, 0, path_ + " was written to while it was being sent"};
}

Result<std::unique_ptr<Source>> open_source(const std::string& path) {
    return FileSource::open(path);
}

}  // namespace mcast::storage
