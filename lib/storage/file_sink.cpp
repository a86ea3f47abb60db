// SPDX-License-Identifier: MIT
#include "storage/file_sink.hpp"

#include <algorithm>
#include <cerrno>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "storage/output_path.hpp"
#include "storage/put_in_place.hpp"
#include "storage/safe_name.hpp"

namespace mcast::storage {
namespace {

constexpr ByteCount kLargestFile = (ByteCount{1} << 63) - 1;  // the largest off_t
constexpr std::string_view kPartSuffix = ".part";
constexpr int kNameAttempts = 8;  // random ids: the first is nearly always free

std::string random_id() {
    std::random_device device;
    return fmt::format("{:08x}", device());
}

// The id keeps two receivers of the same name apart. A long name is cut to make room for it.
std::string part_name(const std::string& name, const std::string& id) {
    const std::size_t room = kLongestName - kPartSuffix.size() - id.size() - 1;
    return fmt::format("{}.{}{}", name.substr(0, room), id, kPartSuffix);
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
    if (target.open_end) return sink;
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
      open_end_(target.open_end),
      overwrite_(target.overwrite),
      expected_bytes_(target.expected_bytes),
      file_(files),
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
                            size_text(*expected_bytes_), folder_, size_text(**free)));
}

Result<void> FileSink::create_part(std::string id) {
    for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
        if (id.empty()) id = random_id();
        std::string path = OutputPath::join(folder_, part_name(name_, id));
        const auto fd = files_.create(path);
        if (fd) {
            part_path_ = std::move(path);
            file_.adopt(*fd, part_path_, open_end_ ? std::nullopt : std::optional(size_));
            return {};
        }
        if (fd.error() != EEXIST) return fail_errno("cannot create " + path, fd.error());
        id.clear();
    }
    return fail(ErrorCode::exists, "cannot find a free .part name beside " + final_path_, EEXIST);
}

// Some file systems make a file longer only by writing to it.
Result<void> FileSink::set_length() {
    auto resized = files_.resize(file_.fd(), size_);
    if (!resized && size_ > 0 && is_lacking(resized.error())) {
        std::uint8_t there = 0;  // a stream may have content there when its end becomes known
        (void)files_.read_at(file_.fd(), MutableBytes(&there, 1), size_ - 1);
        const iovec last{&there, 1};
        const auto written = files_.write_at(file_.fd(), std::span(&last, 1), size_ - 1);
        if (written) return {};
        resized = std::unexpected(written.error());
    }
    if (resized) return {};
    return fail_errno("cannot make " + part_path_ + " " + size_text(size_) + " long",
                      resized.error());
}

Result<void> FileSink::end_at(ByteCount size) {
    size_ = size;
    open_end_ = false;
    file_.end_at(size);
    return set_length();
}

Result<void> FileSink::write(ByteCount offset, std::span<const iovec> run) {
    const ByteCount length = total_length(run);
    if (offset > size_ || length > size_ - offset)
        return fail(ErrorCode::internal,
                    fmt::format("{} bytes at {} do not fit into {} bytes of {}", length, offset,
                                size_, part_path_));
    if (!file_.is_open())
        return fail(ErrorCode::internal, "write to " + final_path_ + " after its end");
    if (length == 0) return {};
    received_ = true;
    stretches_.clear();
    map_.cut(offset, run, stretches_);
    for (const auto& stretch : stretches_) {
        take_part(offset, run, stretch.begin, stretch.end, pieces_);
        if (auto written = file_.write(stretch.begin, pieces_); !written) return written;
        length_ = std::max(length_, stretch.end);
    }
    return {};
}

// Where nothing was written the file has a hole.
Result<void> FileSink::write_zeros(ByteCount begin, ByteCount end) {
    if (begin > end || end > size_ || !file_.is_open())
        return fail(ErrorCode::internal,
                    fmt::format("zeros from {} to {} do not fit into {}", begin, end, part_path_));
    received_ = true;
    stretches_.clear();
    map_.written(begin, end, stretches_);
    for (const auto& stretch : stretches_)
        if (auto written = file_.write_zeros(stretch.begin, stretch.end); !written) return written;
    return {};
}

Result<void> FileSink::read(ByteCount offset, MutableBytes out) {
    if (offset > size_ || out.size() > size_ - offset || !file_.is_open())
        return fail(ErrorCode::internal, fmt::format("{} bytes at {} cannot be read from {}",
                                                     out.size(), offset, part_path_));
    if (!open_end_) return file_.read(offset, out);
    // The file is only as long as what was written to it.
    const auto there = static_cast<std::size_t>(
        std::min<ByteCount>(length_ - std::min(length_, offset), out.size()));
    std::ranges::fill(out.subspan(there), std::uint8_t{0});
    return there > 0 ? file_.read(offset, out.first(there)) : Result<void>{};
}

Result<void> FileSink::release(ByteCount up_to) {
    file_.write_back(std::min(up_to, size_));
    return {};
}

Result<std::string> FileSink::finish() {
    if (!file_.is_open()) return fail(ErrorCode::internal, final_path_ + " was finished already");
    if (auto synced = file_.sync(); !synced) return std::unexpected(synced.error());
    if (auto same = check_part(); !same) return std::unexpected(same.error());
    const auto placed = put_in_place(files_, part_path_, final_path_, overwrite_);
    if (!placed && placed.error().code == ErrorCode::exists)
        return fail(ErrorCode::exists, final_path_ + " appeared while it was being received",
                    EEXIST);
    if (!placed) return std::unexpected(placed.error());
    put_from_ = std::exchange(part_path_, {});
    auto named = sync_name();
    file_.close();
    if (!named) return std::unexpected(named.error());
    return final_path_;
}

// Other users who can write to the folder may put another file there, or cut this one short.
Result<void> FileSink::check_part() const {
    const auto written = files_.identify(file_.fd());
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
    if (is_lacking(synced.error()) || cannot_sync(synced.error())) synced = files_.sync(file_.fd());
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
    file_.close();
    if (!ours) return {};
    // A file that cannot be removed is still there, and the result says so.
    if (!received_ && files_.remove(part)) return {};
    return part;
}

bool FileSink::is_ours(const std::string& path) const {
    const auto written = files_.identify(file_.fd());
    const auto named = files_.identify(path);
    return written && named && written->device == named->device && written->inode == named->inode;
}

}  // namespace mcast::storage
