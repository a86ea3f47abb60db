// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <mcast/options.hpp>

#include "base/bytes.hpp"
#include "base/units.hpp"

namespace mcast::storage {

/// A digest of any algorithm; bytes beyond width are zero.
struct Digest {
    static constexpr std::size_t kMaxWidth = 32;

    std::array<std::uint8_t, kMaxWidth> bytes{};
    std::uint8_t width = 0;

    [[nodiscard]] Bytes span() const { return Bytes(bytes).first(width); }
    friend bool operator==(const Digest&, const Digest&) = default;
};

/// Bytes in a digest of the algorithm.
[[nodiscard]] std::uint8_t digest_width(DigestAlgorithm algorithm);

/// A hash of content that comes in pieces. One thread at a time. It is meant to be used again after
/// reset(), since making one allocates.
class ContentHash {
  public:
    ContentHash(const ContentHash&) = delete;
    ContentHash& operator=(const ContentHash&) = delete;
    virtual ~ContentHash() = default;

    /// Forgets all content that was fed.
    virtual void reset() = 0;
    virtual void update(Bytes content) = 0;
    /// The digest of the content that was fed since construction or the last reset().
    [[nodiscard]] virtual Digest digest() = 0;

  protected:
    ContentHash() = default;
};

[[nodiscard]] std::unique_ptr<ContentHash> make_hash(DigestAlgorithm algorithm);

[[nodiscard]] Digest digest_of(DigestAlgorithm algorithm, Bytes content);

/// The digest of so many zeros.
[[nodiscard]] Digest zeros_digest(DigestAlgorithm algorithm, ByteCount length);

/// Content is cut into chunks for digests: of 1 MiB, doubled until there are at most kMaxChunks.
inline constexpr ByteCount kMinChunkSize = ByteCount{1} << 20;
inline constexpr std::uint32_t kMaxChunks = 16384;
[[nodiscard]] ByteCount chunk_size_for(ByteCount size);
[[nodiscard]] std::uint64_t chunk_count(ByteCount size, ByteCount chunk_size);

/// The digest of the whole content, computed from its chunks' digests and then its size (8 bytes,
/// big-endian), which a stream knows last.
[[nodiscard]] Digest root_digest(DigestAlgorithm algorithm, ByteCount size,
                                 std::span<const Digest> chunks);

/// "xxh3-128:<hex>", "sha256:<hex>".
[[nodiscard]] std::string to_text(DigestAlgorithm algorithm, const Digest& digest);

}  // namespace mcast::storage
