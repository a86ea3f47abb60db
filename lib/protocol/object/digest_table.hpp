// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/object/range_set.hpp"

namespace mcast::protocol {

/// The digests of an object's chunks as far as they are known, on either side.
class DigestTable {
  public:
    DigestTable() = default;
    DigestTable(DigestParams params, ByteCount object_size)
        : width_(params.width), count_(params.chunk_count(object_size)) {
        missing_.add(0, count_);
    }
    /// The end of a stream has become known: there are no more chunks than that.
    void end_at(std::uint32_t count) {
        missing_.remove(count, count_);
        count_ = count;
    }

    [[nodiscard]] std::uint32_t count() const { return count_; }
    [[nodiscard]] std::uint8_t width() const { return width_; }
    [[nodiscard]] bool complete() const { return missing_.empty(); }
    [[nodiscard]] bool has(std::uint32_t i) const { return i < count_ && !missing_.contains(i); }
    [[nodiscard]] const RangeSet& missing() const { return missing_; }
    [[nodiscard]] Bytes at(std::uint32_t i) const { return range(i, 1); }
    [[nodiscard]] Bytes range(std::uint32_t first, std::uint32_t n) const {
        return Bytes(bytes_).subspan(std::size_t{first} * width_, std::size_t{n} * width_);
    }

    /// True when it was not known before. A digest that is known is never replaced: the network
    /// may repeat one, but not change it.
    bool set(std::uint32_t i, Bytes digest) {
        if (i >= count_ || digest.size() != width_ || has(i)) return false;
        if (i - missing_.front() >= kMostAhead) return false;
        const std::size_t at = std::size_t{i} * width_;
        if (bytes_.size() < at + width_) bytes_.resize(at + width_);
        std::ranges::copy(digest, bytes_.begin() + static_cast<std::ptrdiff_t>(at));
        missing_.remove(i, i + 1);
        return true;
    }

    /// As if it had never come: content has belied it.
    void forget(std::uint32_t i) {
        if (i < count_) missing_.add(i, i + 1);
    }

    /// Digests come about in order. One so far beyond the first that is missing is not taken: a
    /// stream can have any number, and memory is made up to the last.
    static constexpr std::uint32_t kMostAhead = 1 << 17;

  private:
    std::uint8_t width_ = 0;
    std::uint32_t count_ = 0;
    std::vector<std::uint8_t> bytes_;
    RangeSet missing_;
};

}  // namespace mcast::protocol
