// SPDX-License-Identifier: MIT
#include "protocol/object/block_table.hpp"

#include <algorithm>
#include <bit>

namespace mcast::protocol {

BlockTable::BlockTable(fec::BlockPartition partition, std::uint16_t parity,
                       std::size_t parity_limit)
    : partition_(partition),
      parity_(parity),
      parity_limit_(parity_limit),
      parity_room_(parity_limit),
      blocks_(static_cast<std::uint32_t>(partition.block_count())),
      incomplete_(blocks_),
      bits_((blocks_ + 63) / 64, 0) {}

void BlockTable::allow_parity(std::size_t limit) {
    if (limit <= parity_limit_) return;
    parity_room_ += limit - parity_limit_;
    parity_limit_ = limit;
}

BlockTable::Partial* BlockTable::find(std::uint32_t block) {
    if (block == cached_block_) return cached_;
    const auto it = partial_.find(block);
    if (it == partial_.end()) return nullptr;
    cached_block_ = block;
    return cached_ = &it->second;
}

BlockTable::Outcome BlockTable::add(std::uint32_t block, std::uint16_t esi) {
    if (complete(block)) return Outcome::duplicate;
    Partial* partial = find(block);
    if (partial == nullptr) {
        if (partial_.size() >= kMaxPartial) return Outcome::no_room;
        cached_block_ = block;
        partial = cached_ = &partial_[block];
    }
    if (partial->held.test(esi)) return Outcome::duplicate;
    const std::uint16_t length = partition_.block_length(block);
    if (esi >= length) {
        if (parity_room_ == 0 && !make_room(block)) return Outcome::no_room;
        --parity_room_;
        if (partial->parity_held++ == 0) with_parity_.insert(block);
    } else {
        bytes_done_ += partition_.symbol_size(block, esi);
    }
    partial->held.set(esi);
    if (++partial->count < length) return Outcome::stored;
    finish(block, *partial);
    return Outcome::completed;
}

// False when no later block holds any.
bool BlockTable::make_room(std::uint32_t block) {
    if (!has_parity_room(block)) return false;
    const std::uint32_t latest = *with_parity_.rbegin();
    Partial& partial = partial_.at(latest);
    const std::uint16_t base = partition_.parity_base(latest);
    for (std::uint16_t p = 0; p < parity_; ++p) partial.held.reset(base + p);
    partial.count = static_cast<std::uint16_t>(partial.count - partial.parity_held);
    parity_room_ += std::exchange(partial.parity_held, std::uint16_t{0});
    with_parity_.erase(latest);
    dropped_ = latest;
    return true;
}

void BlockTable::finish(std::uint32_t block, const Partial& partial) {
    const std::uint16_t length = partition_.block_length(block);
    decode_.missing.clear();
    decode_.parity.clear();
    for (std::uint16_t s = 0; s < length; ++s) {
        if (partial.held.test(s)) continue;
        decode_.missing.push_back(s);
        bytes_done_ += partition_.symbol_size(block, s);
    }
    const std::uint16_t base = partition_.parity_base(block);
    for (std::uint16_t p = 0; p < parity_ && decode_.parity.size() < decode_.missing.size(); ++p)
        if (partial.held.test(base + p)) decode_.parity.push_back(p);
    parity_room_ += partial.parity_held;
    with_parity_.erase(block);
    partial_.erase(block);
    cached_block_ = UINT32_MAX;
    mark_complete(block);
}

void BlockTable::mark_complete(std::uint32_t block) {
    bits_[block / 64] |= std::uint64_t{1} << (block % 64);
    --incomplete_;
    if (block == first_incomplete_) first_incomplete_ = next_incomplete(block + 1, blocks_);
}

void BlockTable::fill(std::uint32_t block) {
    forget(block);
    bytes_done_ += partition_.block_bytes(block);
    mark_complete(block);
}

// Parity of the block that the end lies in may be good.
std::vector<std::uint32_t> BlockTable::held_beyond(ByteCount end) const {
    std::vector<std::uint32_t> held;
    if (end >= partition_.object_size()) return held;
    const auto first = static_cast<std::uint32_t>(partition_.block_of_offset(end));
    const auto whole = [&](std::uint32_t block) { return partition_.block_offset(block) >= end; };
    for (auto it = partial_.lower_bound(first); it != partial_.end(); ++it)
        if (whole(it->first) || holds_beyond(it->first, it->second, end)) held.push_back(it->first);
    for (std::uint32_t b = next_complete(first, blocks_); b < blocks_;
         b = next_complete(b + 1, blocks_))
        held.push_back(b);
    return held;
}

bool BlockTable::holds_beyond(std::uint32_t block, const Partial& partial, ByteCount end) const {
    for (std::uint16_t s = 0; s < partition_.block_length(block); ++s)
        if (partial.held.test(s) &&
            partition_.offset(block, s) + partition_.symbol_size(block, s) > end)
            return true;
    return false;
}

void BlockTable::forget(std::uint32_t block) {
    const auto found = partial_.find(block);
    if (found == partial_.end()) return;
    for (std::uint16_t s = 0; s < partition_.block_length(block); ++s)
        if (found->second.held.test(s)) bytes_done_ -= partition_.symbol_size(block, s);
    parity_room_ += found->second.parity_held;
    with_parity_.erase(block);
    partial_.erase(found);
    cached_block_ = UINT32_MAX;
}

bool BlockTable::end_at(fec::BlockPartition partition) {
    partition_ = partition;
    const auto blocks = static_cast<std::uint32_t>(partition.block_count());
    incomplete_ -= blocks_ - blocks;
    blocks_ = blocks;
    if (blocks == 0 || complete(blocks - 1)) return false;
    const Partial* last = find(blocks - 1);
    if (last == nullptr || last->count < partition.block_length(blocks - 1)) return false;
    finish(blocks - 1, *last);
    return true;
}

void BlockTable::reset(std::uint32_t block) {
    if (!complete(block)) return;
    bits_[block / 64] &= ~(std::uint64_t{1} << (block % 64));
    ++incomplete_;
    first_incomplete_ = std::min(first_incomplete_, block);
    bytes_done_ -= partition_.block_bytes(block);
}

std::uint32_t BlockTable::next_incomplete(std::uint32_t from, std::uint32_t end) const {
    while (from < end) {
        const std::uint64_t open = ~bits_[from / 64] >> (from % 64);
        if (open != 0)
            return std::min(end, from + static_cast<std::uint32_t>(std::countr_zero(open)));
        from = (from / 64 + 1) * 64;
    }
    return end;
}

std::uint32_t BlockTable::next_complete(std::uint32_t from, std::uint32_t end) const {
    while (from < end) {
        const std::uint64_t set = bits_[from / 64] >> (from % 64);
        if (set != 0)
            return std::min(end, from + static_cast<std::uint32_t>(std::countr_zero(set)));
        from = (from / 64 + 1) * 64;
    }
    return end;
}

}  // namespace mcast::protocol
