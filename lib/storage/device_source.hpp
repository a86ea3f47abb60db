// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "os/unique_fd.hpp"
#include "storage/mapped_source.hpp"

namespace mcast::storage {

/// A block device: a disk, a partition, a logical volume, a loop device. A device has no time of
/// its last change, so a change is found only by the digests that receivers compare.
class DeviceSource final : public MappedSource {
  public:
    /// `path` may be a link. Errors: not_found, permission, io; unsupported if it is no block
    /// device, or if it is empty.
    [[nodiscard]] static Result<std::unique_ptr<DeviceSource>> open(const std::string& path);

    [[nodiscard]] ByteCount stored() const override { return size(); }
    [[nodiscard]] Result<Stamp> check() override;
    /// The device was mounted, or claimed by another program, when it was opened.
    [[nodiscard]] std::string caution() const override;
    [[nodiscard]] Error changed() const override;

  private:
    DeviceSource(std::string path, UniqueFd fd, std::unique_ptr<MappedContent> content, bool in_use)
        : MappedSource(std::move(content)),
          path_(std::move(path)),
          fd_(std::move(fd)),
          in_use_(in_use) {}

    std::string path_;
    UniqueFd fd_;
    bool in_use_;
};

}  // namespace mcast::storage
