// SPDX-License-Identifier: MIT
#include "storage/digest.hpp"

#include <algorithm>
#include <string_view>

#ifdef MCAST_XXHASH_DISPATCH
#include <xxh_x86dispatch.h>  // the same names, with the widest vectors the processor has
#else
#include <xxhash.h>
#endif

#include <openssl/evp.h>

#include "base/assert.hpp"
#include "storage/zero_page.hpp"

namespace mcast::storage {
namespace {

/// XXH3 with 128 bits, in the canonical (big-endian) form that xxhsum prints.
class Xxh3Hash final : public ContentHash {
  public:
    Xxh3Hash() : state_(XXH3_createState()) {
        MCAST_ASSERT(state_ != nullptr);
        reset();
    }
    ~Xxh3Hash() override { XXH3_freeState(state_); }

    void reset() override { XXH3_128bits_reset(state_); }
    void update(Bytes content) override {
        XXH3_128bits_update(state_, content.data(), content.size());
    }
    Digest digest() override { return of(XXH3_128bits_digest(state_)); }

    static Digest of(XXH128_hash_t hash) {
        XXH128_canonical_t canonical;
        XXH128_canonicalFromHash(&canonical, hash);
        Digest result;
        result.width = sizeof canonical.digest;
        std::copy_n(canonical.digest, sizeof canonical.digest, result.bytes.begin());
        return result;
    }

  private:
    XXH3_state_t* state_;
};

/// libcrypto fails here only when it has no memory or no SHA-256 at all.
class Sha256Hash final : public ContentHash {
  public:
    Sha256Hash() : context_(EVP_MD_CTX_new()) {
        MCAST_ASSERT(context_ != nullptr);
        reset();
    }
    ~Sha256Hash() override { EVP_MD_CTX_free(context_); }

    void reset() override {
        const int done = EVP_DigestInit_ex2(context_, EVP_sha256(), nullptr);
        MCAST_ASSERT(done == 1);
    }
    void update(Bytes content) override {
        const int done = EVP_DigestUpdate(context_, content.data(), content.size());
        MCAST_ASSERT(done == 1);
    }
    Digest digest() override {
        // Finishing would spoil the context for further updates, which are allowed.
        Digest result;
        unsigned width = 0;
        EVP_MD_CTX* copy = EVP_MD_CTX_new();
        MCAST_ASSERT(copy != nullptr && EVP_MD_CTX_copy_ex(copy, context_) == 1);
        const int done = EVP_DigestFinal_ex(copy, result.bytes.data(), &width);
        MCAST_ASSERT(done == 1 && width <= Digest::kMaxWidth);
        EVP_MD_CTX_free(copy);
        result.width = static_cast<std::uint8_t>(width);
        return result;
    }

  private:
    EVP_MD_CTX* context_;
};

std::string_view prefix_of(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::sha256 ? "sha256:" : "xxh3-128:";
}

}  // namespace

std::uint8_t digest_width(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::sha256 ? 32 : 16;
}

std::unique_ptr<ContentHash> make_hash(DigestAlgorithm algorithm) {
    if (algorithm == DigestAlgorithm::sha256) return std::make_unique<Sha256Hash>();
    return std::make_unique<Xxh3Hash>();
}

Digest digest_of(DigestAlgorithm algorithm, Bytes content) {
    if (algorithm == DigestAlgorithm::xxh3_128)
        return Xxh3Hash::of(XXH3_128bits(content.data(), content.size()));
    const auto hash = make_hash(algorithm);
    hash->update(content);
    return hash->digest();
}

Digest zeros_digest(DigestAlgorithm algorithm, ByteCount length) {
    const auto hash = make_hash(algorithm);
    while (length > 0) {
        const auto part = std::min<ByteCount>(length, kZeroPage.size());
        hash->update(Bytes(kZeroPage).first(part));
        length -= part;
    }
    return hash->digest();
}

ByteCount chunk_size_for(ByteCount size) {
    ByteCount chunk = kMinChunkSize;
    while (chunk_count(size, chunk) > kMaxChunks) chunk *= 2;
    return chunk;
}

std::uint64_t chunk_count(ByteCount size, ByteCount chunk_size) {
    return size / chunk_size + (size % chunk_size != 0 ? 1 : 0);
}

Digest root_digest(DigestAlgorithm algorithm, ByteCount size, std::span<const Digest> chunks) {
    const auto hash = make_hash(algorithm);
    std::array<std::uint8_t, 8> length{};
    for (std::size_t i = 0; i < length.size(); ++i)
        length[i] = static_cast<std::uint8_t>(size >> (56 - 8 * i));
    for (const Digest& chunk : chunks) hash->update(chunk.span());
    hash->update(length);
    return hash->digest();
}

std::string to_text(DigestAlgorithm algorithm, const Digest& digest) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text(prefix_of(algorithm));
    for (const std::uint8_t byte : digest.span()) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

}  // namespace mcast::storage
