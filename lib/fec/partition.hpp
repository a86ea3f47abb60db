// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/assert.hpp"
#include "base/units.hpp"

namespace mcast::fec {

/// How an object is cut into source blocks of symbols. A file (RFC 5052 section 9.1): as few blocks
/// as max_block allows, of two lengths that differ by one, the longer ones first. A stream: full
/// blocks, for its size is not known when the first one is sent; only the last can be shorter. All
/// symbols are segment_size long, except the last of the object, which holds the rest.
///
/// A plain value, cheap to copy. Blocks and symbols count from 0; a symbol index is within its
/// block. Arguments out of range are the caller's fault (assertion): check numbers from the network
/// against block_count() and block_length() first.
class BlockPartition {
  public:
    /// The partition of an empty object: no blocks.
    BlockPartition() = default;
    /// segment_size and max_block must not be 0.
    BlockPartition(ByteCount object_size, std::uint16_t segment_size, std::uint16_t max_block);
    /// That of a stream. Its blocks are coded as if the last one were filled up with zeros, so all
    /// parity symbols are of full size.
    [[nodiscard]] static BlockPartition of_stream(ByteCount size, std::uint16_t segment_size,
                                                  std::uint16_t block_size);

    [[nodiscard]] ByteCount object_size() const { return object_size_; }
    [[nodiscard]] std::uint16_t segment_size() const { return segment_size_; }
    [[nodiscard]] std::uint64_t block_count() const { return block_count_; }
    /// Source symbols of the whole object.
    [[nodiscard]] std::uint64_t symbol_count() const { return symbol_count_; }

    /// Source symbols of the block: k.
    [[nodiscard]] std::uint16_t block_length(std::uint64_t block) const;
    /// The length of the block as it is coded: the number of its first parity symbol on the wire.
    [[nodiscard]] std::uint16_t parity_base(std::uint64_t block) const {
        return filled_ ? small_length_ : block_length(block);
    }
    /// The length of the longest block; 0 for an empty object.
    [[nodiscard]] std::uint16_t longest_block() const;
    /// The index of the block's first symbol in the whole object. block_count() is allowed, too,
    /// and gives symbol_count().
    [[nodiscard]] std::uint64_t first_symbol(std::uint64_t block) const;

    /// The offset of the source symbol in the object, and its length in bytes.
    [[nodiscard]] ByteCount offset(std::uint64_t block, std::uint16_t symbol) const;
    [[nodiscard]] std::uint16_t symbol_size(std::uint64_t block, std::uint16_t symbol) const;

    /// The length of the block's parity symbols: shorter than a segment only if the block is one
    /// short symbol of a file.
    [[nodiscard]] std::uint16_t parity_size(std::uint64_t block) const;

    [[nodiscard]] ByteCount block_offset(std::uint64_t block) const;
    [[nodiscard]] ByteCount block_bytes(std::uint64_t block) const;

    /// The block that holds byte `offset` of the object; offset < object_size().
    [[nodiscard]] std::uint64_t block_of_offset(ByteCount offset) const;
    /// The block that holds symbol `index` of the whole object; index < symbol_count().
    [[nodiscard]] std::uint64_t block_of_symbol(std::uint64_t index) const;

    friend bool operator==(const BlockPartition&, const BlockPartition&) = default;

  private:
    // As if the last block were full.
    [[nodiscard]] std::uint64_t symbols_before(std::uint64_t block) const {
        return block * small_length_ + std::min(block, large_blocks_);
    }

    ByteCount object_size_ = 0;
    std::uint64_t symbol_count_ = 0;
    std::uint64_t block_count_ = 0;
    std::uint64_t large_blocks_ = 0;  ///< the number of longer blocks, which come first
    std::uint16_t segment_size_ = 0;
    std::uint16_t small_length_ = 0;
    std::uint16_t last_length_ = 0;
    bool filled_ = false;  ///< a stream
};

// Inline, as these run for each packet.
inline std::uint64_t BlockPartition::first_symbol(std::uint64_t block) const {
    MCAST_ASSERT(block <= block_count_);
    return std::min(symbols_before(block), symbol_count_);
}

inline std::uint16_t BlockPartition::block_length(std::uint64_t block) const {
    MCAST_ASSERT(block < block_count_);
    if (block + 1 == block_count_) return last_length_;
    return static_cast<std::uint16_t>(small_length_ + (block < large_blocks_ ? 1 : 0));
}

inline ByteCount BlockPartition::offset(std::uint64_t block, std::uint16_t symbol) const {
    MCAST_ASSERT(symbol < block_length(block));
    return (symbols_before(block) + symbol) * segment_size_;
}

inline std::uint16_t BlockPartition::symbol_size(std::uint64_t block, std::uint16_t symbol) const {
    const ByteCount left = object_size_ - offset(block, symbol);
    return static_cast<std::uint16_t>(std::min<ByteCount>(left, segment_size_));
}

inline std::uint16_t BlockPartition::parity_size(std::uint64_t block) const {
    return filled_ ? segment_size_ : symbol_size(block, 0);
}

}  // namespace mcast::fec
