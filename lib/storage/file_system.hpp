// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include <sys/uio.h>

#include "base/bytes.hpp"
#include "base/units.hpp"

namespace mcast::storage {

/// The error is an errno; the caller knows which file it is about.
template <typename T>
using SystemResult = std::expected<T, int>;

/// The system calls of the sinks, so that tests can make any of them fail. Only kind_of_target()
/// follows a symbolic link in the last part of a path. Any thread.
class FileSystem {
  public:
    enum class Kind : std::uint8_t {
        missing,
        file,
        folder,
        link,
        block_device,
        character_device,
        pipe,
        socket
    };

    /// Identifies a file, and its length.
    struct FileId {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        ByteCount size = 0;
        friend bool operator==(const FileId&, const FileId&) = default;
    };

    virtual ~FileSystem() = default;

    /// The kind of the path itself; a symbolic link is `link`.
    [[nodiscard]] virtual SystemResult<Kind> kind_of(const std::string& path) = 0;
    /// The kind of the file behind any symbolic links; a dangling link is `missing`.
    [[nodiscard]] virtual SystemResult<Kind> kind_of_target(const std::string& path) = 0;
    /// The path in a symbolic link.
    [[nodiscard]] virtual SystemResult<std::string> read_link(const std::string& path) = 0;
    [[nodiscard]] virtual SystemResult<FileId> identify(int fd) = 0;
    [[nodiscard]] virtual SystemResult<FileId> identify(const std::string& path) = 0;
    /// Creates a regular file for reading and writing. EEXIST if there is anything already.
    [[nodiscard]] virtual SystemResult<int> create(const std::string& path) = 0;
    /// Creates a file without a name in the folder, which goes when it is closed.
    [[nodiscard]] virtual SystemResult<int> create_unnamed(const std::string& folder) = 0;
    /// Opens a block device for reading and writing, and claims it until it is closed: nobody else
    /// can mount or claim it. EBUSY if somebody has, EROFS if it is read-only.
    [[nodiscard]] virtual SystemResult<int> open_device(const std::string& path) = 0;
    [[nodiscard]] virtual SystemResult<ByteCount> device_size(int fd) = 0;
    /// Makes the kernel read the partition table again. EINVAL if the device can have none.
    [[nodiscard]] virtual SystemResult<void> reread_partitions(int fd) = 0;
    virtual void close(int fd) = 0;

    /// Writes at most IOV_MAX pieces. May write less than all; returns how much.
    [[nodiscard]] virtual SystemResult<std::size_t> write_at(int fd, std::span<const iovec> run,
                                                             ByteCount offset) = 0;
    /// May read less than all. Returns 0 at the end of the file.
    [[nodiscard]] virtual SystemResult<std::size_t> read_at(int fd, MutableBytes out,
                                                            ByteCount offset) = 0;
    [[nodiscard]] virtual SystemResult<void> resize(int fd, ByteCount size) = 0;
    /// Makes a range zeros, and gives its room on the disk back if that is possible. Not every file
    /// system and device can; a device only whole logical blocks.
    [[nodiscard]] virtual SystemResult<void> make_zero(int fd, ByteCount offset,
                                                       ByteCount length) = 0;
    /// Asks that the range be written to the disk soon; does not wait for it. A hint.
    virtual void start_writeback(int fd, ByteCount offset, ByteCount length) = 0;
    /// Returns when the content is on the disk, or wherever the file system keeps it.
    [[nodiscard]] virtual SystemResult<void> sync(int fd) = 0;
    /// Returns when that part of the content is on the disk. sync() is needed all the same.
    [[nodiscard]] virtual SystemResult<void> await_writeback(int fd, ByteCount offset,
                                                             ByteCount length) = 0;
    /// Returns when the folder's entries are on the disk.
    [[nodiscard]] virtual SystemResult<void> sync_folder(const std::string& path) = 0;
    /// Atomic; replaces a file at `to`.
    [[nodiscard]] virtual SystemResult<void> rename(const std::string& from,
                                                    const std::string& to) = 0;
    /// Atomic; EEXIST if there is anything at `to`. Not every file system has this, nor link().
    [[nodiscard]] virtual SystemResult<void> rename_new(const std::string& from,
                                                        const std::string& to) = 0;
    /// Gives the file a second name. EEXIST if there is anything at `to`.
    [[nodiscard]] virtual SystemResult<void> link(const std::string& from,
                                                  const std::string& to) = 0;
    [[nodiscard]] virtual SystemResult<void> remove(const std::string& path) = 0;
    /// The bytes that this user may still write to the file system of `path`; empty if not known.
    [[nodiscard]] virtual SystemResult<std::optional<ByteCount>> free_space(
        const std::string& path) = 0;
};

/// The file system of this machine. It lives as long as the process.
[[nodiscard]] FileSystem& real_file_system();

}  // namespace mcast::storage
