// SPDX-License-Identifier: MIT
#include "storage/disk_file.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "storage/zero_page.hpp"

namespace mcast::storage {
namespace {

constexpr ByteCount kZeroUnit = 4096;  // no file system or disk has larger blocks
constexpr ByteCount kWritebackStep = ByteCount{8} << 20;  // keeps the last fsync short

}  // namespace

void DiskFile::adopt(int fd, std::string path, std::optional<ByteCount> size) {
    close();
    fd_ = fd;
    path_ = std::move(path);
    size_ = size;
}

void DiskFile::close() {
    if (fd_ >= 0) files_.close(std::exchange(fd_, -1));
}

Result<void> DiskFile::write(ByteCount offset, std::span<const iovec> run) {
    std::size_t skip = 0;  // of the first piece, after a short write
    while (!run.empty()) {
        iovec rest{};
        std::span<const iovec> next = run;
        if (skip > 0) {
            rest = {static_cast<std::uint8_t*>(run[0].iov_base) + skip, run[0].iov_len - skip};
            next = std::span<const iovec>(&rest, 1);
        }
        const auto written = files_.write_at(fd_, next, offset);
        if (!written && written.error() == EINTR) continue;
        if (!written) return write_error(offset, written.error());
        if (*written == 0 && total_length(next) > 0) return write_error(offset, EIO);
        offset += *written;
        skip += *written;
        while (!run.empty() && skip >= run[0].iov_len) {
            skip -= run[0].iov_len;
            run = run.subspan(1);
        }
    }
    return {};
}

// The border of whole blocks is written, for no system call leaves a part of one a hole.
Result<void> DiskFile::write_zeros(ByteCount begin, ByteCount end) {
    const auto plainly = [this](ByteCount from, ByteCount to) {
        return each_zero_run(from, to, [this](ByteCount offset, std::span<const iovec> run) {
            return write(offset, run);
        });
    };
    const ByteCount first = (begin + kZeroUnit - 1) / kZeroUnit * kZeroUnit;
    const ByteCount last = end / kZeroUnit * kZeroUnit;
    if (first >= last || !files_.make_zero(fd_, first, last - first)) return plainly(begin, end);
    if (auto written = plainly(begin, first); !written) return written;
    return plainly(last, end);
}

std::unexpected<Error> DiskFile::write_error(ByteCount offset, int error) const {
    std::string what = fmt::format("cannot write {} at byte {}", path_, offset);
    if (size_) what += fmt::format(" of {}", *size_);
    if (code_of_errno(error) == ErrorCode::no_space)
        if (const auto free = files_.free_space(path_); free && free->has_value())
            what += fmt::format(" ({} free)", size_text(**free));
    return fail_errno(what, error);
}

Result<void> DiskFile::read(ByteCount offset, MutableBytes out) {
    while (!out.empty()) {
        const auto count = files_.read_at(fd_, out, offset);
        if (!count && count.error() == EINTR) continue;
        if (!count)
            return fail_errno(fmt::format("cannot read {} at byte {}", path_, offset),
                              count.error());
        if (*count == 0) return fail(ErrorCode::io, path_ + " was cut short by somebody else", EIO);
        offset += *count;
        out = out.subspan(*count);
    }
    return {};
}

void DiskFile::write_back(ByteCount up_to) {
    if (fd_ < 0 || up_to < writeback_ + kWritebackStep) return;
    files_.start_writeback(fd_, writeback_, up_to - writeback_);
    writeback_ = up_to;
}

// The system reports an error of the disk once. If a piece reports it, the last call may not.
Result<void> DiskFile::sync() {
    SystemResult<void> synced;
    progress_.run(size_.value_or(0), [&](ByteCount offset, ByteCount length) {
        synced = files_.await_writeback(fd_, offset, length);
        return synced.has_value();
    });
    if (synced || cannot_sync(synced.error())) return flush();
    return sync_error(synced.error());
}

Result<void> DiskFile::flush() {
    const auto synced = files_.sync(fd_);
    if (synced || cannot_sync(synced.error())) return {};
    return sync_error(synced.error());
}

std::unexpected<Error> DiskFile::sync_error(int error) const {
    return fail_errno("cannot bring " + path_ + " to the disk", error);
}

ByteCount total_length(std::span<const iovec> run) {
    ByteCount sum = 0;
    for (const iovec& piece : run) sum += piece.iov_len;
    return sum;
}

void take_part(ByteCount offset, std::span<const iovec> run, ByteCount begin, ByteCount end,
               std::vector<iovec>& out) {
    out.clear();
    for (const iovec& piece : run) {
        const ByteCount from = std::max(offset, begin);
        const ByteCount to = std::min(offset + piece.iov_len, end);
        if (from < to)
            out.push_back({static_cast<std::uint8_t*>(piece.iov_base) + (from - offset),
                           static_cast<std::size_t>(to - from)});
        offset += piece.iov_len;
    }
}

std::string size_text(ByteCount bytes) {
    if (bytes < 10'000'000) return fmt::format("{} bytes", bytes);
    if (bytes < 10'000'000'000) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
    return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

bool cannot_sync(int error) {
    return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP;
}

}  // namespace mcast::storage
