// SPDX-License-Identifier: MIT
#include "storage/chunk_hasher.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "storage/zero_page.hpp"

namespace mcast::storage {

ChunkHasher::ChunkHasher(DigestAlgorithm algorithm, ByteCount size, ByteCount chunk_size)
    : algorithm_(algorithm), size_(size), chunk_size_(chunk_size) {
    MCAST_ASSERT(chunk_size > 0);
}

void ChunkHasher::feed(ByteCount offset, Bytes content) {
    if (offset >= size_) return;
    content = content.first(std::min<ByteCount>(content.size(), size_ - offset));
    while (!content.empty()) {
        const std::uint64_t chunk = offset / chunk_size_;
        const auto part = std::min<ByteCount>(content.size(), end_of(chunk) - offset);
        feed_chunk(chunk, offset, content.first(part));
        offset += part;
        content = content.subspan(part);
    }
}

void ChunkHasher::feed(ByteCount offset, std::span<const iovec> run) {
    for (const iovec& piece : run) {
        feed(offset, Bytes(static_cast<const std::uint8_t*>(piece.iov_base), piece.iov_len));
        offset += piece.iov_len;
    }
}

void ChunkHasher::feed_zeros(ByteCount begin, ByteCount end) {
    end = std::min(end, size_);
    while (begin < end) {
        const std::uint64_t chunk = begin / chunk_size_;
        const ByteCount stop = std::min(end_of(chunk), end);
        if (stop - begin == chunk_size_) {
            forget(static_cast<std::uint32_t>(chunk));
            finished_[chunk] = zero_chunk();
            begin = stop;
        }
        for (; begin < stop; begin += std::min<ByteCount>(kZeroPage.size(), stop - begin))
            feed_chunk(chunk, begin,
                       Bytes(kZeroPage).first(std::min<ByteCount>(kZeroPage.size(), stop - begin)));
    }
}

const Digest& ChunkHasher::zero_chunk() {
    if (!zero_chunk_) zero_chunk_ = zeros_digest(algorithm_, chunk_size_);
    return *zero_chunk_;
}

ByteCount ChunkHasher::next(std::uint32_t chunk) const {
    if (finished_.contains(chunk)) return end_of(chunk);
    const Slot* slot = find(chunk);
    return slot == nullptr ? chunk * chunk_size_ : slot->next;
}

std::optional<Digest> ChunkHasher::finished(std::uint32_t chunk) const {
    const auto found = finished_.find(chunk);
    if (found == finished_.end()) return {};
    return found->second;
}

void ChunkHasher::forget(std::uint32_t chunk) {
    finished_.erase(chunk);
    if (Slot* slot = find(chunk); slot != nullptr) slot->chunk = kNone;
}

void ChunkHasher::feed_chunk(std::uint64_t chunk, ByteCount offset, Bytes content) {
    // Content that comes again may differ from the content that was hashed, so the digest is void.
    if (!finished_.empty()) finished_.erase(chunk);
    Slot* slot = find(chunk);
    if (offset == chunk * chunk_size_) {
        if (slot == nullptr) slot = &open(chunk);
        slot->next = offset;
        slot->hash->reset();
    }
    if (slot == nullptr) return;
    slot->used = ++clock_;
    if (offset > slot->next) return;
    if (offset < slot->next) {
        slot->chunk = kNone;
        return;
    }
    slot->hash->update(content);
    slot->next += content.size();
    finish_if_whole(*slot);
}

void ChunkHasher::finish_if_whole(Slot& slot) {
    if (slot.next < end_of(slot.chunk)) return;
    finished_[slot.chunk] = slot.hash->digest();
    slot.chunk = kNone;
}

void ChunkHasher::end_at(ByteCount size) {
    size_ = size;
    for (Slot& slot : slots_)
        if (slot.chunk != kNone) finish_if_whole(slot);
}

ByteCount ChunkHasher::end_of(std::uint64_t chunk) const {
    return std::min((chunk + 1) * chunk_size_, size_);
}

const ChunkHasher::Slot* ChunkHasher::find(std::uint64_t chunk) const {
    const auto slot = std::ranges::find(slots_, chunk, &Slot::chunk);
    return slot == slots_.end() ? nullptr : &*slot;
}

ChunkHasher::Slot* ChunkHasher::find(std::uint64_t chunk) {
    return const_cast<Slot*>(std::as_const(*this).find(chunk));
}

ChunkHasher::Slot& ChunkHasher::open(std::uint64_t chunk) {
    Slot* slot = find(kNone);
    if (slot == nullptr) slot = &*std::ranges::min_element(slots_, {}, &Slot::used);
    if (slot->hash == nullptr) slot->hash = make_hash(algorithm_);
    slot->chunk = chunk;
    return *slot;
}

}  // namespace mcast::storage
