// SPDX-License-Identifier: MIT
#include "storage/file_sink.hpp"

#include <algorithm>
#include <cerrno>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "storage/output_path.hpp"
#include "storage/put_in_place.hpp"

namespace mcast::storage {
namespace {

constexpr ByteCount kLargestFile = (ByteCount{1} << 63) - 1;  // the largest off_t
constexpr std::size_t kLongestName = 255;
constexpr std::string_view kPartSuffix = ".part";
constexpr int kNameAttempts = 8;  // random ids: the first is nearly always free
constexpr ByteCount kWritebackStep = ByteCount{8} << 20;  // keeps the last fsync short

std::string random_id() {
    std::random_device device;
    return fmt::format("{:08x}", device());
}

// The id keeps two receivers of the same name apart. A long name is cut to make room for it.
std::string part_name(const std::string& name, const std::string& id) {
    const std::size_t room = kLongestName - kPartSuffix.size() - id.size() - 1;
    return fmt::format("{}.{}{}", name.substr(0, room), id, kPartSuffix);
}

std::string readable(ByteCount bytes) {
    if (bytes < 10'000'000) return fmt::format("{} bytes", bytes);
    if (bytes < 10'000'000'000) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
    return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

ByteCount total(std::span<const iovec> run) {
    ByteCount sum = 0;
    for (const iovec& piece : run) sum += piece.iov_len;
    return sum;
}

/// Puts the part of a run at `offset` that lies in the stretch into `out`.
void take_stretch(ByteCount offset, std::span<const iovec> run, ContentMap::Stretch stretch,
                  std::vector<iovec>& out) {
    out.clear();
    for (const iovec& piece : run) {
        const ByteCount begin = std::max(offset, stretch.begin);
        const ByteCount end = std::min(offset + piece.iov_len, stretch.end);
        if (begin < end)
            out.push_back({static_cast<std::uint8_t*>(piece.iov_base) + (begin - offset),
                           static_cast<std::size_t>(end - begin)});
        offset += piece.iov_len;
    }
}

/// True for the errors of file systems without such a call: content is as safe there as it can be.
bool cannot_sync(int error) {
    return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP;
}

}  // namespace

Result<std::unique_ptr<FileSink>> FileSink::create(FileSystem& files, const FileTarget& target) {
    if (target.size > kLargestFile)
        return fail(ErrorCode::unsupported, fmt::format("no file can hold {} bytes", target.size));
    auto path = resolve_output(files, target.output, target.offered, target.overwrite);
    if (!path) return std::unexpected(path.error());
    std::unique_ptr<FileSink> sink(
        new FileSink(files, target, std::move(path->folder), std::move(path->name)));
    if (auto space = sink->check_space(); !space) return std::unexpected(space.error());
    if (auto part = sink->create_part(target.id); !part) return std::unexpected(part.error());
    if (auto length = sink->set_length(); !length) return std::unexpected(length.error());
    return sink;
}

FileSink::FileSink(FileSystem& files, const FileTarget& target, std::string folder,
                   std::string name)
    : files_(files),
      folder_(std::move(folder)),
      name_(std::move(name)),
      final_path_(OutputPath::join(folder_, name_)),
      size_(target.size),
      overwrite_(target.overwrite),
      expected_bytes_(target.expected_bytes),
      map_(target.size) {}

FileSink::~FileSink() {
    abandon();
}

Result<void> FileSink::check_space() const {
    if (!expected_bytes_) return {};
    // If the free space is not known, a write will fail when the disk is full.
    const auto free = files_.free_space(folder_);
    if (!free || !free->has_value() || **free >= *expected_bytes_) return {};
    return fail(ErrorCode::no_space,
                fmt::format("{} needs {}, and {} has {} free", final_path_,
                            readable(*expected_bytes_), folder_, readable(**free)));
}

Result<void> FileSink::create_part(std::string id) {
    for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
        if (id.empty()) id = random_id();
        std::string path = OutputPath::join(folder_, part_name(name_, id));
        const auto fd = files_.create(path);
        if (fd) {
            fd_ = *fd;
            part_path_ = std::move(path);
            return {};
        }
        if (fd.error() != EEXIST) return fail_errno("cannot create " + path, fd.error());
        id.clear();
    }
    return fail(ErrorCode::exists, "cannot find a free .part name beside " + final_path_, EEXIST);
}

// Some file systems make a file longer only by writing to it.
Result<void> FileSink::set_length() {
    auto resized = files_.resize(fd_, size_);
    if (!resized && size_ > 0 && is_lacking(resized.error())) {
        std::uint8_t zero = 0;
        const iovec last{&zero, 1};
        const auto written = files_.write_at(fd_, std::span(&last, 1), size_ - 1);
        if (written) return {};
        resized = std::unexpected(written.error());
    }
    if (resized) return {};
    return fail_errno("cannot make " + part_path_ + " " + readable(size_) + " long",
                      resized.error());
}

Result<void> FileSink::write(ByteCount offset, std::span<const iovec> run) {
    const ByteCount length = total(run);
    if (offset > size_ || length > size_ - offset)
        return fail(ErrorCode::internal,
                    fmt::format("{} bytes at {} do not fit into {} bytes of {}", length, offset,
                                size_, part_path_));
    if (fd_ < 0) return fail(ErrorCode::internal, "write to " + final_path_ + " after its end");
    if (length == 0) return {};
    received_ = true;
    stretches_.clear();
    map_.cut(offset, run, stretches_);
    for (const auto& stretch : stretches_) {
        take_stretch(offset, run, stretch, pieces_);
        if (auto written = write_pieces(stretch.begin, pieces_); !written) return written;
    }
    return {};
}

Result<void> FileSink::write_pieces(ByteCount offset, std::span<const iovec> run) {
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
        if (*written == 0 && total(next) > 0) return write_error(offset, EIO);
        offset += *written;
        skip += *written;
        while (!run.empty() && skip >= run[0].iov_len) {
            skip -= run[0].iov_len;
            run = run.subspan(1);
        }
    }
    return {};
}

std::unexpected<Error> FileSink::write_error(ByteCount offset, int error) const {
    std::string what = fmt::format("cannot write {} at byte {} of {}", part_path_, offset, size_);
    if (code_of_errno(error) == ErrorCode::no_space)
        if (const auto free = files_.free_space(folder_); free && free->has_value())
            what += fmt::format(" ({} free)", readable(**free));
    return fail_errno(what, error);
}

Result<void> FileSink::read(ByteCount offset, MutableBytes out) {
    if (offset > size_ || out.size() > size_ - offset || fd_ < 0)
        return fail(ErrorCode::internal, fmt::format("{} bytes at {} cannot be read from {}",
                                                     out.size(), offset, part_path_));
    while (!out.empty()) {
        const auto count = files_.read_at(fd_, out, offset);
        if (!count && count.error() == EINTR) continue;
        if (!count)
            return fail_errno(fmt::format("cannot read {} at byte {}", part_path_, offset),
                              count.error());
        if (*count == 0)
            return fail(ErrorCode::io, part_path_ + " was cut short by somebody else", EIO);
        offset += *count;
        out = out.subspan(*count);
    }
    return {};
}

Result<void> FileSink::release(ByteCount up_to) {
    released_ = std::max(released_, std::min(up_to, size_));
    if (fd_ < 0 || released_ - writeback_ < kWritebackStep) return {};
    files_.start_writeback(fd_, writeback_, released_ - writeback_);
    writeback_ = released_;
    return {};
}

Result<std::string> FileSink::finish() {
    if (fd_ < 0) return fail(ErrorCode::internal, final_path_ + " was finished already");
    if (auto synced = bring_to_disk(); !synced) return std::unexpected(synced.error());
    if (auto same = check_part(); !same) return std::unexpected(same.error());
    const auto placed = put_in_place(files_, part_path_, final_path_, overwrite_);
    if (!placed && placed.error().code == ErrorCode::exists)
        return fail(ErrorCode::exists, final_path_ + " appeared while it was being received",
                    EEXIST);
    if (!placed) return std::unexpected(placed.error());
    put_from_ = std::exchange(part_path_, {});
    auto named = sync_name();
    close();
    if (!named) return std::unexpected(named.error());
    return final_path_;
}

// The system reports an error of the disk once. If a piece reports it, sync() may not.
Result<void> FileSink::bring_to_disk() {
    SystemResult<void> synced;
    sync_.run(size_, [&](ByteCount offset, ByteCount length) {
        synced = files_.await_writeback(fd_, offset, length);
        return synced.has_value();
    });
    if (synced || cannot_sync(synced.error())) synced = files_.sync(fd_);
    if (synced || cannot_sync(synced.error())) return {};
    return fail_errno("cannot bring " + part_path_ + " to the disk", synced.error());
}

// Other users who can write to the folder may put another file there, or cut this one short.
Result<void> FileSink::check_part() const {
    const auto written = files_.identify(fd_);
    if (!written) return fail_errno("cannot look at " + part_path_, written.error());
    const auto named = files_.identify(part_path_);
    if (!named && named.error() != ENOENT)
        return fail_errno("cannot look at " + part_path_, named.error());
    if (!named)
        return fail(ErrorCode::io, part_path_ + " was moved or removed by another program", ENOENT);
    if (written->size != size_)
        return fail(ErrorCode::io, part_path_ + " was made longer or shorter by another program");
    if (*named != *written)
        return fail(ErrorCode::io, part_path_ + " was replaced by another program");
    return {};
}

// A folder that this user may not list cannot be opened for this. On most file systems the name
// reaches the disk with the file anyway.
Result<void> FileSink::sync_name() {
    auto synced = files_.sync_folder(folder_);
    if (synced) return {};
    if (is_lacking(synced.error()) || cannot_sync(synced.error())) synced = files_.sync(fd_);
    if (synced || cannot_sync(synced.error())) return {};
    return fail_errno(final_path_ + " is complete, but cannot bring its folder to the disk",
                      synced.error());
}

std::optional<std::string> FileSink::take_back() {
    if (put_from_.empty()) return {};
    std::string part = std::exchange(put_from_, {});
    if (!put_in_place(files_, final_path_, part, false)) return {};
    return part;
}

std::optional<std::string> FileSink::abandon() {
    std::string part = std::exchange(part_path_, {});
    const bool ours = !part.empty() && is_ours(part);
    close();
    if (!ours) return {};
    // A file that cannot be removed is still there, and the result says so.
    if (!received_ && files_.remove(part)) return {};
    return part;
}

bool FileSink::is_ours(const std::string& path) const {
    const auto written = files_.identify(fd_);
    const auto named = files_.identify(path);
    return written && named && written->device == named->device && written->inode == named->inode;
}

void FileSink::close() {
    if (fd_ >= 0) files_.close(fd_);
    fd_ = -1;
}

}  // namespace mcast::storage
