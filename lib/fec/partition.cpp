// SPDX-License-Identifier: MIT
#include "fec/partition.hpp"

#include <algorithm>

namespace mcast::fec {
namespace {

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) {
    return a / b + (a % b != 0 ? 1 : 0);
}

}  // namespace

// The names of RFC 5052: T symbols, N blocks, A_large = small_length_ + 1, A_small, I large ones.
// With T a multiple of N there are no large blocks.
BlockPartition::BlockPartition(ByteCount object_size, std::uint16_t segment_size,
                               std::uint16_t max_block)
    : object_size_(object_size), segment_size_(segment_size) {
    MCAST_ASSERT(segment_size > 0 && max_block > 0);
    if (object_size == 0) return;
    symbol_count_ = ceil_div(object_size, segment_size);
    block_count_ = ceil_div(symbol_count_, max_block);
    small_length_ = static_cast<std::uint16_t>(symbol_count_ / block_count_);
    large_blocks_ = symbol_count_ % block_count_;
    last_length_ = small_length_;
}

BlockPartition BlockPartition::of_stream(ByteCount size, std::uint16_t segment_size,
                                         std::uint16_t block_size) {
    BlockPartition partition;
    MCAST_ASSERT(segment_size > 0 && block_size > 0);
    partition.object_size_ = size;
    partition.segment_size_ = segment_size;
    partition.symbol_count_ = ceil_div(size, segment_size);
    partition.block_count_ = ceil_div(partition.symbol_count_, block_size);
    partition.small_length_ = block_size;
    const std::uint64_t full_blocks = std::max<std::uint64_t>(partition.block_count_, 1) - 1;
    partition.last_length_ =
        static_cast<std::uint16_t>(partition.symbol_count_ - full_blocks * block_size);
    partition.filled_ = true;
    return partition;
}

std::uint16_t BlockPartition::longest_block() const {
    return block_count_ == 0 ? std::uint16_t{0} : block_length(0);
}

ByteCount BlockPartition::block_offset(std::uint64_t block) const {
    return offset(block, 0);
}

ByteCount BlockPartition::block_bytes(std::uint64_t block) const {
    const ByteCount begin = block_offset(block);
    const ByteCount full = ByteCount{block_length(block)} * segment_size_;
    return std::min(full, object_size_ - begin);
}

std::uint64_t BlockPartition::block_of_offset(ByteCount offset) const {
    MCAST_ASSERT(offset < object_size_);
    return block_of_symbol(offset / segment_size_);
}

std::uint64_t BlockPartition::block_of_symbol(std::uint64_t index) const {
    MCAST_ASSERT(index < symbol_count_);
    const std::uint64_t in_large = large_blocks_ * (small_length_ + std::uint64_t{1});
    if (index < in_large) return index / (small_length_ + std::uint64_t{1});
    return large_blocks_ + (index - in_large) / small_length_;
}

}  // namespace mcast::fec
