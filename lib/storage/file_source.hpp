// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <ctime>
#include <memory>
#include <string>

#include <sys/stat.h>

#include "os/unique_fd.hpp"
#include "storage/sigbus_guard.hpp"
#include "storage/source.hpp"

namespace mcast::storage {

/// A regular file, mapped as a whole. done_with() keeps the process small: pages leave it and stay
/// in the page cache. The file that was opened is sent, whatever happens to its name.
class FileSource final : public Source {
  public:
    /// Errors: not_found, permission, io; unsupported if it is no regular file.
    [[nodiscard]] static Result<std::unique_ptr<FileSource>> open(const std::string& path);
    ~FileSource() override;

    [[nodiscard]] ByteCount size() const override { return size_; }
    [[nodiscard]] ByteCount stored() const override {
        return static_cast<ByteCount>(opened_.st_blocks) * 512;
    }
    [[nodiscard]] Bytes view(ByteCount offset) const override {
        return Bytes(data_, size_).subspan(std::min(offset, size_));
    }
    void read(ByteCount offset, MutableBytes out) const override;
    void will_need(ByteCount offset, ByteCount length) override;
    void done_with(ByteCount offset, ByteCount length) override;
    [[nodiscard]] Result<Stamp> check() override;
    [[nodiscard]] Error changed() const override;

  private:
    FileSource(std::string path, int fd, const struct stat& status);
    [[nodiscard]] Result<void> map();
    void advise(ByteCount offset, ByteCount end, int advice);

    std::string path_;
    UniqueFd fd_;
    struct stat opened_;  ///< the file as it was when it was opened
    ByteCount size_;
    std::uint8_t* data_ = nullptr;
    std::atomic<bool> faulted_ = false;  ///< set by the guard
    std::optional<SigbusGuard> guard_;
};

}  // namespace mcast::storage
