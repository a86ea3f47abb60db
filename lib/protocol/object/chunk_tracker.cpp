// SPDX-License-Identifier: MIT
#include "protocol/object/chunk_tracker.hpp"

#include <algorithm>

namespace mcast::protocol {

ChunkTracker::ChunkTracker(fec::BlockPartition partition, DigestParams digest)
    : partition_(partition),
      chunk_size_(std::max<ByteCount>(digest.chunk_size, 1)),
      count_(digest.chunk_count(partition.object_size())) {}

// Chunks below `end` have their books from now on.
void ChunkTracker::reach(std::uint32_t end) {
    for (auto c = static_cast<std::uint32_t>(state_.size()); c < end; ++c) {
        const auto [first, past] = blocks_of(c);
        blocks_missing_.push_back(past - first);
        state_.push_back(State::open);
    }
}

std::pair<std::uint32_t, std::uint32_t> ChunkTracker::blocks_of(std::uint32_t chunk) const {
    const ByteCount begin = chunk * chunk_size_;
    const ByteCount end = std::min(begin + chunk_size_, partition_.object_size());
    return {static_cast<std::uint32_t>(partition_.block_of_offset(begin)),
            static_cast<std::uint32_t>(partition_.block_of_offset(end - 1)) + 1};
}

std::pair<std::uint32_t, std::uint32_t> ChunkTracker::chunks_of(std::uint32_t block) const {
    if (count_ == 0) return {0, 0};
    const ByteCount begin = partition_.block_offset(block);
    const ByteCount end = begin + partition_.block_bytes(block);
    return {static_cast<std::uint32_t>(begin / chunk_size_),
            static_cast<std::uint32_t>((end - 1) / chunk_size_) + 1};
}

ByteCount ChunkTracker::good_end() const {
    const auto last = std::ranges::find(state_.rbegin(), state_.rend(), State::good);
    const auto chunks = static_cast<ByteCount>(state_.rend() - last);
    return std::min(chunks * chunk_size_, partition_.object_size());
}

void ChunkTracker::end_at(const fec::BlockPartition& partition, std::vector<std::uint32_t>& ready) {
    const auto count =
        static_cast<std::uint32_t>((partition.object_size() + chunk_size_ - 1) / chunk_size_);
    if (count == 0 || count_ == 0) {
        count_ = 0;
        state_.clear();
        blocks_missing_.clear();
        partition_ = partition;
        return;
    }
    const std::uint32_t last = count - 1;
    const std::uint32_t end_before = blocks_of(last).second;
    partition_ = partition;
    count_ = count;
    if (last >= state_.size()) return;
    state_.resize(count);
    blocks_missing_.resize(count);
    blocks_missing_[last] -= end_before - blocks_of(last).second;
    if (blocks_missing_[last] == 0 && is(last, State::open)) become_whole(last, ready);
}

void ChunkTracker::become_whole(std::uint32_t chunk, std::vector<std::uint32_t>& ready) {
    state_[chunk] = State::whole;
    ready.push_back(chunk);
}

void ChunkTracker::block_complete(std::uint32_t block, std::vector<std::uint32_t>& ready) {
    const auto [first, end] = chunks_of(block);
    reach(end);
    for (std::uint32_t c = first; c < end; ++c)
        if (state_[c] != State::good && --blocks_missing_[c] == 0) become_whole(c, ready);
}

bool ChunkTracker::outdated_verdict(std::uint32_t chunk) {
    const auto found = verifying_.find(chunk);
    if (found == verifying_.end()) return false;
    if (--found->second > 0) return true;
    verifying_.erase(found);
    return false;
}

void ChunkTracker::good(std::uint32_t chunk) {
    if (!is(chunk, State::whole)) return;
    state_[chunk] = State::good;
    failures_.erase(chunk);
    ++good_;
    while (is(good_from_zero_, State::good)) ++good_from_zero_;
}

int ChunkTracker::bad(std::uint32_t chunk) {
    return ++failures_[chunk];
}

void ChunkTracker::block_reset(std::uint32_t block) {
    const auto [first, end] = chunks_of(block);
    for (std::uint32_t c = first; c < end; ++c) {
        if (state_[c] == State::good) continue;
        ++blocks_missing_[c];
        state_[c] = State::open;
    }
}

bool ChunkTracker::settled(std::uint32_t block) const {
    const auto [first, end] = chunks_of(block);
    for (std::uint32_t c = first; c < end; ++c)
        if (!is(c, State::good)) return false;
    return true;
}

ByteCount ChunkTracker::good_prefix() const {
    if (good_from_zero_ == count_) return partition_.object_size();
    return partition_.block_offset(partition_.block_of_offset(good_from_zero_ * chunk_size_));
}

}  // namespace mcast::protocol
