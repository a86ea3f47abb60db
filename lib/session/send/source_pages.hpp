// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "storage/source.hpp"

namespace mcast::session {

/// Keeps the right part of a source in memory: the part that is about to be hashed and sent, and
/// the part that was just sent. `source` outlives this. One thread.
class SourcePages {
  public:
    static constexpr ByteCount kStep = 4U << 20;  ///< pages are asked for and dropped by so much
    /// Content that was sent last stays mapped, since most repairs need it.
    static constexpr ByteCount kKeepBehind = 8U << 20;

    explicit SourcePages(storage::Source& source) : source_(source) {}

    /// Asks the system to read the content after `hashed`.
    void read_ahead(ByteCount hashed) {
        const ByteCount size = source_.size();
        asked_ = std::max(asked_, hashed);  // a hole lies between
        while (asked_ < size && asked_ < hashed + 2 * kStep) {
            const ByteCount length = std::min(kStep, size - asked_);
            source_.will_need(asked_, length);
            asked_ += length;
        }
    }
    /// Content below `done` is only read again for repairs.
    void drop_behind(ByteCount done) {
        while (dropped_ + kStep + kKeepBehind <= done) {
            source_.done_with(dropped_, kStep);
            dropped_ += kStep;
        }
    }
    /// That range was read again: if it had been dropped, it is dropped once more.
    void read_again(ByteCount offset, ByteCount length) {
        if (offset + length <= dropped_) source_.done_with(offset, length);
    }

  private:
    storage::Source& source_;
    ByteCount asked_ = 0;
    ByteCount dropped_ = 0;
};

}  // namespace mcast::session
