// SPDX-License-Identifier: MIT
#include "storage/device_source.hpp"

#include <cerrno>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

namespace mcast::storage {
namespace {

Result<ByteCount> size_of(const std::string& path, int fd) {
    std::uint64_t size = 0;
    if (::ioctl(fd, BLKGETSIZE64, &size) != 0) return fail_errno("cannot tell the size of " + path);
    return size;
}

// Without O_CREAT, O_EXCL on a block device fails while it, or a part of it, is mounted, is swap or
// is claimed by another program. The claim ends at once: others may still mount the device.
bool is_in_use(const std::string& path) {
    const UniqueFd claim(::open(path.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC | O_NONBLOCK));
    return !claim.valid() && errno == EBUSY;
}

}  // namespace

Result<std::unique_ptr<DeviceSource>> DeviceSource::open(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd.valid()) return fail_errno("cannot open " + path);
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return fail_errno("cannot look at " + path);
    if (!S_ISBLK(status.st_mode))
        return fail(ErrorCode::unsupported, path + " is no block device any more");
    const auto size = size_of(path, fd.get());
    if (!size) return std::unexpected(size.error());
    if (*size == 0)
        return fail(ErrorCode::unsupported, path + " is an empty device: no medium is in it");
    auto content = MappedContent::map(path, fd.get(), *size);
    if (!content) return std::unexpected(std::move(content.error()));
    return std::unique_ptr<DeviceSource>(
        new DeviceSource(path, std::move(fd), std::move(*content), is_in_use(path)));
}

Result<Source::Stamp> DeviceSource::check() {
    const auto now = size_of(path_, fd_.get());
    if (!now) return std::unexpected(now.error());
    if (*now != size())
        return fail(ErrorCode::source_changed, path_ + " went from " + std::to_string(size()) +
                                                   " to " + std::to_string(*now) +
                                                   " bytes while it was being sent");
    if (faulted()) return fail(ErrorCode::io, "cannot read all of " + path_, EIO);
    return Stamp{};
}

std::string DeviceSource::caution() const {
    if (!in_use_) return {};
    return path_ +
           " is mounted, or in use by another program: the copy is damaged if anything is written "
           "to it meanwhile";
}

Error DeviceSource::changed() const {
    return {ErrorCode::source_changed, 0, path_ + " was written to while it was being sent"};
}

}  // namespace mcast::storage
