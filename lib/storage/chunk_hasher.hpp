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

/// Digests of chunks as their content arrives, while it is still in the processor's cache. What was
/// hashed of a chunk is its first bytes, up to next(): content beyond a gap is only hashed when it
/// is fed once more after the gap has been, read back by the caller. All that is stored has to be
/// fed, so that what is hashed is always what is stored last.
///
/// At most kOpenChunks are in progress; a further one takes the place of the one that was fed
/// longest ago, which begins anew. One thread at a time.
class ChunkHasher {
  public:
    static constexpr std::size_t kOpenChunks = 8;

    /// chunk_size > 0.
    ChunkHasher(DigestAlgorithm algorithm, ByteCount size, ByteCount chunk_size);

    /// Content at `offset`, which may run over the borders of chunks; what is beyond the size is
    /// ignored. Content that replaces what was hashed makes its chunk begin anew.
    void feed(ByteCount offset, Bytes content);
    void feed(ByteCount offset, std::span<const iovec> run);

    /// The offset from which on the chunk has to be fed; its end when it is finished.
    [[nodiscard]] ByteCount next(std::uint32_t chunk) const;
    /// The digest, when all of the chunk is hashed; kept until forget().
    [[nodiscard]] std::optional<Digest> finished(std::uint32_t chunk) const;
    /// Starts over with the chunk: it will be received again, or its digest is not needed any more.
    void forget(std::uint32_t chunk);

  private:
    static constexpr std::uint64_t kNone = ~std::uint64_t{0};
    struct Slot {
        std::uint64_t chunk = kNone;
        ByteCount next = 0;  ///< offset that continues it
        std::uint64_t used = 0;
        std::unique_ptr<ContentHash> hash;
    };

    void feed_chunk(std::uint64_t chunk, ByteCount offset, Bytes content);
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
};

}  // namespace mcast::storage
