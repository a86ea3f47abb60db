// SPDX-License-Identifier: MIT
#include "storage/file_system.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>

#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "os/unique_fd.hpp"

namespace mcast::storage {
namespace {

constexpr unsigned kAwaitWriteback =
    SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;

std::unexpected<int> last_error() {
    return std::unexpected(errno);
}

SystemResult<void> outcome(int result) {
    if (result != 0) return last_error();
    return {};
}

SystemResult<FileSystem::Kind> kind_from(int result, const struct stat& status) {
    using enum FileSystem::Kind;
    if (result != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return missing;
        return last_error();
    }
    if (S_ISREG(status.st_mode)) return file;
    if (S_ISDIR(status.st_mode)) return folder;
    if (S_ISLNK(status.st_mode)) return link;
    if (S_ISFIFO(status.st_mode)) return pipe;
    if (S_ISSOCK(status.st_mode)) return socket;
    return S_ISBLK(status.st_mode) ? block_device : character_device;
}

bool is_read_only(int device) {
    int read_only = 0;
    return ::ioctl(device, BLKROGET, &read_only) == 0 && read_only != 0;
}

SystemResult<FileSystem::FileId> id_from(int result, const struct stat& status) {
    if (result != 0) return last_error();
    return FileSystem::FileId{status.st_dev, status.st_ino, static_cast<ByteCount>(status.st_size)};
}

class RealFileSystem final : public FileSystem {
  public:
    SystemResult<Kind> kind_of(const std::string& path) override {
        struct stat status{};
        return kind_from(::lstat(path.c_str(), &status), status);
    }

    SystemResult<Kind> kind_of_target(const std::string& path) override {
        struct stat status{};
        return kind_from(::stat(path.c_str(), &status), status);
    }

    SystemResult<std::string> read_link(const std::string& path) override {
        std::string target(PATH_MAX, '\0');
        const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
        if (length < 0) return last_error();
        target.resize(static_cast<std::size_t>(length));
        return target;
    }

    SystemResult<FileId> identify(int fd) override {
        struct stat status{};
        return id_from(::fstat(fd, &status), status);
    }

    SystemResult<FileId> identify(const std::string& path) override {
        struct stat status{};
        return id_from(::lstat(path.c_str(), &status), status);
    }

    SystemResult<int> create(const std::string& path) override {
        const int fd =
            ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (fd < 0) return last_error();
        return fd;
    }

    SystemResult<int> create_unnamed(const std::string& folder) override {
        const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0) return last_error();
        return fd;
    }

    SystemResult<int> open_device(const std::string& path) override {
        UniqueFd fd(::open(path.c_str(), O_RDWR | O_EXCL | O_CLOEXEC));
        if (!fd.valid()) return last_error();
        // Such a device may be opened for writing, and fails only when it is written to.
        if (is_read_only(fd.get())) return std::unexpected(EROFS);
        return fd.release();
    }

    SystemResult<ByteCount> device_size(int fd) override {
        std::uint64_t size = 0;
        if (::ioctl(fd, BLKGETSIZE64, &size) != 0) return last_error();
        return size;
    }

    SystemResult<void> reread_partitions(int fd) override {
        return outcome(::ioctl(fd, BLKRRPART));
    }

    void close(int fd) override { ::close(fd); }

    SystemResult<std::size_t> write_at(int fd, std::span<const iovec> run,
                                       ByteCount offset) override {
        const auto pieces = static_cast<int>(std::min<std::size_t>(run.size(), IOV_MAX));
        const ssize_t count = ::pwritev(fd, run.data(), pieces, static_cast<off_t>(offset));
        if (count < 0) return last_error();
        return static_cast<std::size_t>(count);
    }

    SystemResult<std::size_t> read_at(int fd, MutableBytes out, ByteCount offset) override {
        const ssize_t count = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
        if (count < 0) return last_error();
        return static_cast<std::size_t>(count);
    }

    SystemResult<void> resize(int fd, ByteCount size) override {
        return outcome(::ftruncate(fd, static_cast<off_t>(size)));
    }

    SystemResult<void> make_zero(int fd, ByteCount offset, ByteCount length) override {
        const auto try_by = [&](int mode) {
            return outcome(::fallocate(fd, mode | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                                       static_cast<off_t>(length)));
        };
        const auto punched = try_by(FALLOC_FL_PUNCH_HOLE);
        return punched ? punched : try_by(FALLOC_FL_ZERO_RANGE);
    }

    // An error of the disk does not matter here: sync() reports it again.
    void start_writeback(int fd, ByteCount offset, ByteCount length) override {
        ::sync_file_range(fd, static_cast<off_t>(offset), static_cast<off_t>(length),
                          SYNC_FILE_RANGE_WRITE);
    }

    SystemResult<void> await_writeback(int fd, ByteCount offset, ByteCount length) override {
        return outcome(::sync_file_range(fd, static_cast<off_t>(offset), static_cast<off_t>(length),
                                         kAwaitWriteback));
    }

    // Some file systems (FUSE, NFS) report an error only when a descriptor is closed.
    SystemResult<void> sync(int fd) override {
        auto synced = outcome(::fsync(fd));
        const int second = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
        if (second >= 0 && ::close(second) != 0 && errno != EINTR) return last_error();
        return synced;
    }

    SystemResult<void> sync_folder(const std::string& path) override {
        const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd.valid()) return last_error();
        return outcome(::fsync(fd.get()));
    }

    SystemResult<void> rename(const std::string& from, const std::string& to) override {
        return outcome(::rename(from.c_str(), to.c_str()));
    }

    SystemResult<void> rename_new(const std::string& from, const std::string& to) override {
        return outcome(::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE));
    }

    SystemResult<void> link(const std::string& from, const std::string& to) override {
        return outcome(::link(from.c_str(), to.c_str()));
    }

    SystemResult<void> remove(const std::string& path) override {
        return outcome(::unlink(path.c_str()));
    }

    SystemResult<std::optional<ByteCount>> free_space(const std::string& path) override {
        struct statvfs status{};
        if (::statvfs(path.c_str(), &status) != 0) return last_error();
        if (status.f_blocks == 0) return std::nullopt;
        const auto blocks = ::geteuid() == 0 ? status.f_bfree : status.f_bavail;
        return ByteCount{blocks} * status.f_frsize;
    }
};

}  // namespace

FileSystem& real_file_system() {
    static RealFileSystem instance;
    return instance;
}

}  // namespace mcast::storage
