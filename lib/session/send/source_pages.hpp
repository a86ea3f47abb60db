// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "storage/source.hpp"

namespace mcast::session {

/// Which part of a source is in memory: what is about to be hashed and sent, and what was sent a
/// moment ago. `source` outlives this. One thread.
class SourcePages {
  public:
    static constexpr ByteCount kStep = 4U << 20;  ///< asked for and dropped at a time
    /// Repairs of what was lost on the way refer to what was sent last: that stays mapped.
    static constexpr ByteCount kKeepBehind = 8U << 20;

    explicit SourcePages(storage::Source& source) : source_(source) {}

    /// Asks the system to read what comes after `hashed`.
    void read_ahead(ByteCount hashed) {
        const ByteCount size = source_.size();
        while (asked_ < size && asked_ < hashed + 2 * kStep) {
            const ByteCount length = std::min(kStep, size - asked_);
            source_.will_need(asked_, length);
            asked_ += length;
        }
    }
    /// Nobody reads below `done` any more, but for repairs.
    void drop_behind(ByteCount done) {
        while (dropped_ + kStep + kKeepBehind <= done) {
            source_.done_with(dropped_, kStep);
            dropped_ += kStep;
        }
    }
    /// This was read again; if it had been dropped before, it is once more.
    void read_again(ByteCount offset, ByteCount length) {
        if (offset + length <= dropped_) source_.done_with(offset, length);
    }

  private:
    storage::Source& source_;
    ByteCount asked_ = 0;
    ByteCount dropped_ = 0;
};

}  // namespace mcast::session
