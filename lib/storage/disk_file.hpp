// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/uio.h>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "storage/file_system.hpp"
#include "storage/sync_progress.hpp"

namespace mcast::storage {

/// A file or device that is open for writing: writes and reads completely, and brings content to
/// the disk while more comes. Owns the descriptor. read() may run beside write() on another thread.
class DiskFile {
  public:
    /// `files` outlives this.
    explicit DiskFile(FileSystem& files) : files_(files) {}
    ~DiskFile() { close(); }
    DiskFile(const DiskFile&) = delete;
    DiskFile& operator=(const DiskFile&) = delete;

    /// Takes over a descriptor. `size` is that of the content, if it is known before the end; both
    /// are for messages, too.
    void adopt(int fd, std::string path, std::optional<ByteCount> size);
    /// The size of the content, which was not known before.
    void end_at(ByteCount size) { size_ = size; }
    void close();
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }
    [[nodiscard]] int fd() const { return fd_; }

    /// Both are for ranges inside the size. Errors: io, no_space.
    [[nodiscard]] Result<void> write(ByteCount offset, std::span<const iovec> run);
    [[nodiscard]] Result<void> read(ByteCount offset, MutableBytes out);

    /// Makes [begin, end) zeros, without taking room on the disk if that is possible. Errors: io,
    /// no_space.
    [[nodiscard]] Result<void> write_zeros(ByteCount begin, ByteCount end);

    /// Content below `up_to` is complete: asks that it be written to the disk soon, now and then.
    void write_back(ByteCount up_to);
    /// Returns when all content is on the disk. Errors: io, no_space.
    [[nodiscard]] Result<void> sync();
    /// The same for the little that was written since.
    [[nodiscard]] Result<void> flush();
    /// Any thread: the bytes that sync() has yet to bring to the disk; 0 while it does not run.
    [[nodiscard]] ByteCount left_to_sync() const { return progress_.left(); }

  private:
    [[nodiscard]] std::unexpected<Error> write_error(ByteCount offset, int error) const;
    [[nodiscard]] std::unexpected<Error> sync_error(int error) const;

    FileSystem& files_;
    int fd_ = -1;
    std::string path_;
    std::optional<ByteCount> size_;
    ByteCount writeback_ = 0;  ///< the system was asked to write content below this
    SyncProgress progress_;
};

/// The sum of the lengths.
[[nodiscard]] ByteCount total_length(std::span<const iovec> run);

/// Puts the part of a run at `offset` that lies in [begin, end) into `out`.
void take_part(ByteCount offset, std::span<const iovec> run, ByteCount begin, ByteCount end,
               std::vector<iovec>& out);

/// "1234 bytes", "12.3 MB", "45.6 GB".
[[nodiscard]] std::string size_text(ByteCount bytes);

/// True for the errors of file systems without such a call: content is as safe there as it can be.
[[nodiscard]] bool cannot_sync(int error);

}  // namespace mcast::storage
