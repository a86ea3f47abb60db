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

/// An errno; the caller knows which file it was about.
template <typename T>
using SystemResult = std::expected<T, int>;

/// What the sinks ask of the operating system, call by call, so that tests can make any call fail.
/// No call follows a symbolic link in the last part of a path but kind_of_target(). Any thread.
class FileSystem {
  public:
    enum class Kind : std::uint8_t { missing, file, folder, link, device, pipe, socket };

    /// Tells one file from another, and from what it was at another length.
    struct FileId {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        ByteCount size = 0;
        friend bool operator==(const FileId&, const FileId&) = default;
    };

    virtual ~FileSystem() = default;

    /// What the path itself is; a symbolic link is `link`.
    [[nodiscard]] virtual SystemResult<Kind> kind_of(const std::string& path) = 0;
    /// The same behind any symbolic links; a dangling one is `missing`.
    [[nodiscard]] virtual SystemResult<Kind> kind_of_target(const std::string& path) = 0;
    /// Where a symbolic link points to, as it says itself.
    [[nodiscard]] virtual SystemResult<std::string> read_link(const std::string& path) = 0;
    [[nodiscard]] virtual SystemResult<FileId> identify(int fd) = 0;
    [[nodiscard]] virtual SystemResult<FileId> identify(const std::string& path) = 0;
    /// A new regular file, open for reading and writing; EEXIST if there is anything already.
    [[nodiscard]] virtual SystemResult<int> create(const std::string& path) = 0;
    /// A file in the folder that has no name and goes when it is closed.
    [[nodiscard]] virtual SystemResult<int> create_unnamed(const std::string& folder) = 0;
    virtual void close(int fd) = 0;

    /// At most IOV_MAX pieces. May write less than all; the result is how much.
    [[nodiscard]] virtual SystemResult<std::size_t> write_at(int fd, std::span<const iovec> run,
                                                             ByteCount offset) = 0;
    /// May read less than all; 0 at the end of the file.
    [[nodiscard]] virtual SystemResult<std::size_t> read_at(int fd, MutableBytes out,
                                                            ByteCount offset) = 0;
    [[nodiscard]] virtual SystemResult<void> resize(int fd, ByteCount size) = 0;
    /// Asks that the range be written to the disk soon; does not wait for it. A hint.
    virtual void start_writeback(int fd, ByteCount offset, ByteCount length) = 0;
    /// Returns when the content is on the disk, or where else a file system tells of it.
    [[nodiscard]] virtual SystemResult<void> sync(int fd) = 0;
    /// The same of a part of the content, which is then on the disk; sync() is needed nevertheless.
    [[nodiscard]] virtual SystemResult<void> await_writeback(int fd, ByteCount offset,
                                                             ByteCount length) = 0;
    /// Returns when the folder's entries are on the disk.
    [[nodiscard]] virtual SystemResult<void> sync_folder(const std::string& path) = 0;
    /// Atomic; replaces what is at `to`.
    [[nodiscard]] virtual SystemResult<void> rename(const std::string& from,
                                                    const std::string& to) = 0;
    /// Atomic; EEXIST when there is anything at `to`. Not every file system has this, nor link().
    [[nodiscard]] virtual SystemResult<void> rename_new(const std::string& from,
                                                        const std::string& to) = 0;
    /// A second name for the file; EEXIST when there is anything at `to`.
    [[nodiscard]] virtual SystemResult<void> link(const std::string& from,
                                                  const std::string& to) = 0;
    [[nodiscard]] virtual SystemResult<void> remove(const std::string& path) = 0;
    /// Bytes that this user may still write to the file system of `path`; empty: it does not tell.
    [[nodiscard]] virtual SystemResult<std::optional<ByteCount>> free_space(
        const std::string& path) = 0;
};

/// That of this machine; lives as long as the process.
[[nodiscard]] FileSystem& real_file_system();

}  // namespace mcast::storage
