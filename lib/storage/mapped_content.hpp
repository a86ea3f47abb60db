// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "storage/sigbus_guard.hpp"

namespace mcast::storage {

/// The content behind a descriptor, mapped as a whole for reading. done_with() keeps the process
/// small: pages leave it and stay in the page cache. Any thread.
class MappedContent {
  public:
    /// `path` is for messages; the descriptor may be closed afterwards. Errors: unsupported (too
    /// large, or too many at once), io.
    [[nodiscard]] static Result<std::unique_ptr<MappedContent>> map(const std::string& path, int fd,
                                                                    ByteCount size);
    ~MappedContent();
    MappedContent(const MappedContent&) = delete;
    MappedContent& operator=(const MappedContent&) = delete;

    [[nodiscard]] ByteCount size() const { return size_; }
    [[nodiscard]] Bytes view(ByteCount offset) const {
        return Bytes(data_, size_).subspan(std::min(offset, size_));
    }
    void read(ByteCount offset, MutableBytes out) const;
    void will_need(ByteCount offset, ByteCount length);
    void done_with(ByteCount offset, ByteCount length);
    /// Some content could not be read, and was zeros instead.
    [[nodiscard]] bool faulted() const { return faulted_.load(); }

  private:
    MappedContent(std::uint8_t* data, ByteCount size) : data_(data), size_(size) {}
    void advise(ByteCount offset, ByteCount end, int advice);

    std::uint8_t* data_;
    ByteCount size_;
    std::atomic<bool> faulted_ = false;  ///< set by the guard
    std::optional<SigbusGuard> guard_;
};

}  // namespace mcast::storage
