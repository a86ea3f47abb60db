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

/// Digests of chunks as their content arrives, while it is still in the processor's cache. Works
/// for chunks that arrive from begin to end without a gap; a chunk that does not is given up on,
/// and has to be read back and hashed by the caller.
///
/// At most kOpenChunks are in progress; a further one takes the place of the one that was fed
/// longest ago. One thread at a time.
class ChunkHasher {
  public:
    static constexpr std::size_t kOpenChunks = 8;

    /// chunk_size > 0.
    ChunkHasher(DigestAlgorithm algorithm, ByteCount size, ByteCount chunk_size);

    /// Content at `offset`, which may run over the borders of chunks; what is beyond the size is
    /// ignored. Content that is fed twice takes its chunk out of the streaming.
    void feed(ByteCount offset, Bytes content);
    void feed(ByteCount offset, std::span<const iovec> run);

    /// The digest, when the whole chunk was fed in order; kept until forget().
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
