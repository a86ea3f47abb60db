// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "fec/partition.hpp"
#include "protocol/object/range_set.hpp"
#include "wire/private/app_zeros.hpp"

namespace mcast::protocol {

/// A part of an object: from `begin` up to `end`.
struct ByteRange {
    ByteCount begin = 0;
    ByteCount end = 0;
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// The blocks of an object that are zeros: they are told to the receivers instead of being sent,
/// when new data comes to them, and again to a receiver that asks for them.
class ZeroBlocks {
  public:
    /// That content is zeros, and so are the blocks that lie wholly in it.
    void add(const fec::BlockPartition& partition, const ByteRange& content);
    /// Blocks below are gone.
    void drop_below(std::uint32_t block);

    [[nodiscard]] bool has(std::uint32_t block) const {
        return !all_.empty() && all_.contains(block);
    }
    /// One past the last of those that follow `block`, which is one of them.
    [[nodiscard]] std::uint32_t run_end(std::uint32_t block) const;

    /// New data has passed over these blocks.
    void passed(std::uint32_t begin, std::uint32_t end) { due_.add(begin, end); }
    /// Takes those below `end_block` out of the blocks that a receiver asks for, which knows of
    /// what was sent before the horizon: they are told again, each once in a round trip. Returns
    /// the number of ranges.
    std::size_t take_asked(RangeSet& blocks, std::uint32_t end_block, Time now, Time horizon);

    /// Some are to be told.
    [[nodiscard]] bool waiting() const { return !due_.empty(); }
    /// The next of them, at most so many ranges and blocks.
    [[nodiscard]] std::vector<wire::BlockRange> take(std::size_t ranges,
                                                     std::uint32_t blocks = UINT32_MAX);

  private:
    RangeSet all_;
    RangeSet due_;
    RangeSet again_;  // told again since `since_`
    Time since_{};
};

}  // namespace mcast::protocol
