// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <utility>

#include "storage/mapped_content.hpp"
#include "storage/source.hpp"

namespace mcast::storage {

/// A source that is mapped as a whole: a file or a device. The kinds differ in how a change shows.
class MappedSource : public Source {
  public:
    [[nodiscard]] ByteCount size() const override { return content_->size(); }
    [[nodiscard]] Bytes view(ByteCount offset) const override { return content_->view(offset); }
    void read(ByteCount offset, MutableBytes out) const override { content_->read(offset, out); }
    void will_need(ByteCount offset, ByteCount length) override {
        content_->will_need(offset, length);
    }
    void done_with(ByteCount offset, ByteCount length) override {
        content_->done_with(offset, length);
    }

  protected:
    explicit MappedSource(std::unique_ptr<MappedContent> content) : content_(std::move(content)) {}
    /// Some content could not be read, and was zeros instead.
    [[nodiscard]] bool faulted() const final { return content_->faulted(); }

  private:
    std::unique_ptr<MappedContent> content_;
};

}  // namespace mcast::storage
