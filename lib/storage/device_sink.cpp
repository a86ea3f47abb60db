// SPDX-License-Identifier: MIT
#include "storage/device_sink.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace mcast::storage {
namespace {

std::unexpected<Error> cannot_open(const std::string& path, int error) {
    if (error == EBUSY)
        return fail(ErrorCode::io, path + " is mounted, or in use by another program", error);
    if (error == EROFS) return fail(ErrorCode::permission, path + " is read-only", error);
    return fail_errno("cannot open " + path + " for writing", error);
}

/// True if the device has no partition table that the kernel could read: it is a partition itself,
/// for example.
bool has_no_partitions(int error) {
    return error == EINVAL || error == ENOTTY;
}

}  // namespace

Result<void> DeviceSink::check(FileSystem& files, const std::string& path) {
    const auto fd = files.open_device(path);
    if (!fd) return cannot_open(path, fd.error());
    files.close(*fd);
    return {};
}

Result<std::unique_ptr<DeviceSink>> DeviceSink::create(FileSystem& files,
                                                       const DeviceTarget& target) {
    const auto fd = files.open_device(target.path);
    if (!fd) return cannot_open(target.path, fd.error());
    std::unique_ptr<DeviceSink> sink(new DeviceSink(files, target, *fd));
    const auto room = files.device_size(*fd);
    if (!room) return fail_errno("cannot tell the size of " + target.path, room.error());
    sink->room_ = *room;
    if (target.open_end) {
        sink->head_.resize(static_cast<std::size_t>(std::min(kHead, *room)));
        return sink;
    }
    if (auto fits = sink->check_room(target.size); !fits) return std::unexpected(fits.error());
    return sink;
}

Result<void> DeviceSink::check_room(ByteCount end) const {
    if (end <= room_) return {};
    return fail(ErrorCode::no_space,
                fmt::format("{} has {}, and the content {}", target_.path, size_text(room_),
                            target_.open_end ? "is longer" : size_text(end)));
}

DeviceSink::DeviceSink(FileSystem& files, const DeviceTarget& target, int fd)
    : files_(files),
      target_(target),
      file_(files),
      head_(static_cast<std::size_t>(std::min(kHead, target.size))) {
    file_.adopt(fd, target.path, target.open_end ? std::nullopt : std::optional(target.size));
}

DeviceSink::~DeviceSink() {
    abandon();
}

// The zeros have to be on the disk before any content is, in whatever order the disk writes.
Result<void> DeviceSink::begin() {
    if (state_ != State::untouched) return {};
    state_ = State::begun;
    std::vector<std::uint8_t> zeros(head_.size());
    if (auto written = write_head(zeros); !written) return written;
    return file_.flush();
}

Result<void> DeviceSink::write_head(std::span<std::uint8_t> head) {
    const iovec piece{head.data(), head.size()};
    return file_.write(0, std::span(&piece, 1));
}

Result<void> DeviceSink::end_at(ByteCount size) {
    target_.open_end = false;
    if (auto fits = check_room(size); !fits) return fits;
    target_.size = size;
    file_.end_at(size);
    if (size < head_.size()) head_.resize(static_cast<std::size_t>(size));
    return {};
}

// Content of a stream for which there is no room may be forged. So it is left out here, and missed
// when it is verified.
Result<void> DeviceSink::write(ByteCount offset, std::span<const iovec> run) {
    const ByteCount length = total_length(run);
    if (offset > target_.size || length > target_.size - offset || state_ > State::begun)
        return fail(ErrorCode::internal, fmt::format("{} bytes at {} cannot be written to {}",
                                                     length, offset, target_.path));
    if (length == 0) return {};
    if (auto begun = begin(); !begun) return begun;
    take_part(offset, run, 0, head_.size(), pieces_);
    ByteCount at = offset;
    for (const iovec& piece : pieces_) {
        std::memcpy(head_.data() + at, piece.iov_base, piece.iov_len);
        at += piece.iov_len;
    }
    take_part(offset, run, head_.size(), std::min(target_.size, room_), pieces_);
    if (pieces_.empty()) return {};
    return file_.write(at, pieces_);
}

Result<void> DeviceSink::write_zeros(ByteCount begin, ByteCount end) {
    if (begin > end || end > target_.size || state_ > State::begun)
        return fail(ErrorCode::internal, fmt::format("zeros from {} to {} cannot be written to {}",
                                                     begin, end, target_.path));
    if (auto begun = this->begin(); !begun) return begun;
    if (begin < head_.size()) {
        const ByteCount stop = std::min<ByteCount>(end, head_.size());
        std::fill(head_.begin() + static_cast<std::ptrdiff_t>(begin),
                  head_.begin() + static_cast<std::ptrdiff_t>(stop), std::uint8_t{0});
        begin = stop;
    }
    end = std::min(end, room_);
    return begin < end ? file_.write_zeros(begin, end) : Result<void>{};
}

Result<void> DeviceSink::read(ByteCount offset, MutableBytes out) {
    if (offset > target_.size || out.size() > target_.size - offset || state_ > State::begun)
        return fail(ErrorCode::internal, fmt::format("{} bytes at {} cannot be read from {}",
                                                     out.size(), offset, target_.path));
    if (auto fits = check_room(offset + out.size()); !fits) return fits;
    if (offset < head_.size()) {
        const auto part = std::min<std::size_t>(out.size(), head_.size() - offset);
        std::memcpy(out.data(), head_.data() + offset, part);
        offset += part;
        out = out.subspan(part);
    }
    return file_.read(offset, out);
}

Result<void> DeviceSink::release(ByteCount up_to) {
    if (auto fits = check_room(up_to); !fits) return fits;
    file_.write_back(std::min(up_to, target_.size));
    return {};
}

Result<std::string> DeviceSink::finish() {
    if (state_ > State::begun)
        return fail(ErrorCode::internal, target_.path + " was finished already");
    if (auto begun = begin(); !begun) return std::unexpected(begun.error());
    if (auto synced = file_.sync(); !synced) return std::unexpected(synced.error());
    if (auto written = write_head(head_); !written) return std::unexpected(written.error());
    if (auto synced = file_.flush(); !synced) return std::unexpected(synced.error());
    if (auto read = reread_partitions(); !read) return std::unexpected(read.error());
    state_ = State::finished;
    return target_.path;
}

Result<void> DeviceSink::reread_partitions() {
    if (!target_.reread_partitions) return {};
    const auto done = files_.reread_partitions(file_.fd());
    if (done || has_no_partitions(done.error())) return {};
    return fail_errno("the kernel cannot read the partition table of " + target_.path + " again",
                      done.error());
}

std::optional<std::string> DeviceSink::abandon() {
    const State before = state_;
    if (before == State::finished || before == State::abandoned) return {};
    state_ = State::abandoned;
    std::optional<std::string> left;
    if (before == State::begun) left = clear_head();
    file_.close();
    return left;
}

std::optional<std::string> DeviceSink::take_back() {
    if (state_ != State::finished) return {};
    state_ = State::abandoned;
    auto left = clear_head();
    file_.close();
    return left;
}

// finish() may have written the head, or a part of it.
std::string DeviceSink::clear_head() {
    std::ranges::fill(head_, std::uint8_t{0});
    if (write_head(head_) && file_.flush())
        return target_.path + ", which does not boot: its first MiB is zero";
    return target_.path + ", whose first MiB could not be zeroed";
}

}  // namespace mcast::storage
