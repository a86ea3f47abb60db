// SPDX-License-Identifier: MIT
#include "storage/content_map.hpp"

#include <algorithm>
#include <cstdint>

#include "base/zeros.hpp"

namespace mcast::storage {
namespace {

constexpr ByteCount kFinestUnit = ByteCount{4} << 10;
constexpr ByteCount kMostUnits = ByteCount{1} << 24;

ByteCount unit_for(ByteCount size) {
    ByteCount unit = kFinestUnit;
    while (size / unit >= kMostUnits) unit *= 2;
    return unit;
}

/// Walks through a run from its front to its end.
class Cursor {
  public:
    explicit Cursor(std::span<const iovec> run) : run_(run) {}

    /// Goes on by so many bytes. True: all of them are zero.
    bool pass(ByteCount length) {
        bool zero = true;
        while (length > 0) {
            const iovec& piece = run_.front();
            const auto part = std::min<ByteCount>(length, piece.iov_len - at_);
            zero = zero && all_zero({static_cast<const std::uint8_t*>(piece.iov_base) + at_, part});
            at_ += part;
            length -= part;
            if (at_ < piece.iov_len) continue;
            run_ = run_.subspan(1);
            at_ = 0;
        }
        return zero;
    }

  private:
    std::span<const iovec> run_;
    std::size_t at_ = 0;  ///< in the first piece
};

}  // namespace

ContentMap::ContentMap(ByteCount size) : unit_(unit_for(size)), written_(size / unit_ + 1, false) {}

void ContentMap::cut(ByteCount offset, std::span<const iovec> run, std::vector<Stretch>& out) {
    ByteCount end = offset;
    for (const iovec& piece : run) end += piece.iov_len;
    Cursor cursor(run);
    bool joins = false;  // the stretch before this one
    while (offset < end) {
        const ByteCount unit = offset / unit_;
        const ByteCount next = std::min(end, (unit + 1) * unit_);
        const bool zero = cursor.pass(next - offset);
        const bool needed = !zero || written_[unit];
        if (needed) {
            written_[unit] = true;
            if (joins)
                out.back().end = next;
            else
                out.push_back({offset, next});
        }
        joins = needed;
        offset = next;
    }
}

void ContentMap::written(ByteCount begin, ByteCount end, std::vector<Stretch>& out) const {
    bool joins = false;
    while (begin < end) {
        const ByteCount unit = begin / unit_;
        const ByteCount next = std::min(end, (unit + 1) * unit_);
        const bool there = written_[unit];
        if (there && joins)
            out.back().end = next;
        else if (there)
            out.push_back({begin, next});
        joins = there;
        begin = next;
    }
}

}  // namespace mcast::storage
