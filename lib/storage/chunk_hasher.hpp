// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>

#include <sys/uio.h>

#include "storage/digest.hpp"

namespace mcast::storage {

/// Computes digests of chunks as their content arrives, while it is still in the processor's cache.
/// A chunk is hashed from its first byte up to next(). Content beyond a gap is not hashed: once the
/// gap is filled, the caller reads it back and feeds it again. All content that is stored has to be
/// fed, so that the digest is always that of the content stored last.
///
/// At most kOpenChunks are in progress. A further one takes the place of the one that was not fed
/// for the longest time, which then begins anew. One thread at a time.
class ChunkHasher {
  public:
    static constexpr std::size_t kOpenChunks = 8;

    /// chunk_size > 0.
    ChunkHasher(DigestAlgorithm algorithm, ByteCount size, ByteCount chunk_size);

    /// The content ends there, which was not known before.
    void end_at(ByteCount size);

    /// Takes content at `offset`, which may reach over the borders of chunks. Content beyond the
    /// size is ignored. Content that replaces hashed content makes its chunk begin anew.
    void feed(ByteCount offset, Bytes content);
    void feed(ByteCount offset, std::span<const iovec> run);
    /// The same for zeros in [begin, end). Whole chunks of them take no time, but for the first.
    void feed_zeros(ByteCount begin, ByteCount end);

    /// The offset from which the chunk has to be fed; its end if it is finished.
    [[nodiscard]] ByteCount next(std::uint32_t chunk) const;
    /// The digest, once the whole chunk is hashed. It is kept until forget().
    [[nodiscard]] std::optional<Digest> finished(std::uint32_t chunk) const;
    /// Starts over with the chunk, which will be received again or whose digest is not needed.
    void forget(std::uint32_t chunk);

  private:
    static constexpr std::uint64_t kNone = ~std::uint64_t{0};
    struct Slot {
        std::uint64_t chunk = kNone;
        ByteCount next = 0;  ///< offset that continues it
        std::uint64_t used = 0;
        std::unique_ptr<ContentHash> hash;
    };

    void finish_if_whole(Slot& slot);
    void feed_chunk(std::uint64_t chunk, ByteCount offset, Bytes content);
    [[nodiscard]] const Digest& zero_chunk();
    [[nodiscard]] ByteCount end_of(std::uint64_t chunk) const;
    [[nodiscard]] const Slot* find(std::uint64_t chunk) const;
    [[nodiscard]] Slot* find(std::uint64_t chunk);
    [[nodiscard]] Slot& open(std::uint64_t chunk);

    DigestAlgorithm algorithm_;
    ByteCount size_;
    ByteCount chunk_size_;
    std::uint64_t clock_ = 0;  ///< counts feeds, for the choice of the oldest
    std::array<Slot, kOpenChunks> slots_;
    std::map<std::uint64_t, Digest> finished_;
    std::optional<Digest> zero_chunk_;  ///< of a full chunk of zeros
};

}  // namespace mcast::storage
