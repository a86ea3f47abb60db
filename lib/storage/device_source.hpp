// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "os/unique_fd.hpp"
#include "storage/mapped_content.hpp"
#include "storage/source.hpp"

namespace mcast::storage {

/// A block device: a disk, a partition, a logical volume, a loop device. A device has no time of
/// its last change, so a change is found only by the digests that receivers compare.
class DeviceSource final : public Source {
  public:
    /// `path` may be a link. Errors: not_found, permission, io; unsupported if it is no block
    /// device, or if it is empty.
    [[nodiscard]] static Result<std::unique_ptr<DeviceSource>> open(const std::string& path);

    [[nodiscard]] ByteCount size() const override { return content_->size(); }
    [[nodiscard]] ByteCount stored() const override { return content_->size(); }
    [[nodiscard]] Bytes view(ByteCount offset) const override { return content_->view(offset); }
    void read(ByteCount offset, MutableBytes out) const override { content_->read(offset, out); }
    void will_need(ByteCount offset, ByteCount length) override {
        content_->will_need(offset, length);
    }
    void done_with(ByteCount offset, ByteCount length) override {
        content_->done_with(offset, length);
    }
    [[nodiscard]] Result<Stamp> check() override;
    /// The device was mounted, or claimed by another program, when it was opened.
    [[nodiscard]] std::string caution() const override;
    [[nodiscard]] Error changed() const override;

  private:
    DeviceSource(std::string path, UniqueFd fd, std::unique_ptr<MappedContent> content, bool in_use)
        : path_(std::move(path)),
          fd_(std::move(fd)),
          content_(std::move(content)),
          in_use_(in_use) {}

    std::string path_;
    UniqueFd fd_;
    std::unique_ptr<MappedContent> content_;
    bool in_use_;
};

}  // namespace mcast::storage
