// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "storage/digest.hpp"
#include "storage/source.hpp"
#include "storage/zero_page.hpp"

namespace mcast::session {

/// Computes the digest of a range of a source, piece by piece. Copies only content that does not
/// lie in memory. `source` outlives this. One thread.
class SourceHash {
  public:
    SourceHash(const storage::Source& source, DigestAlgorithm algorithm)
        : source_(source), algorithm_(algorithm), hash_(storage::make_hash(algorithm)) {}

    void reset() { hash_->reset(); }
    [[nodiscard]] storage::Digest digest() const { return hash_->digest(); }

    /// The digest of so many zeros, which takes no time when it is asked for again.
    [[nodiscard]] const storage::Digest& of_zeros(ByteCount length) {
        if (zeros_length_ != length) zeros_ = storage::zeros_digest(algorithm_, length);
        zeros_length_ = length;
        return zeros_;
    }

    void feed_zeros(ByteCount length) {
        for (; length > 0; length -= std::min<ByteCount>(length, storage::kZeroPage.size()))
            hash_->update(Bytes(storage::kZeroPage)
                              .first(std::min<ByteCount>(length, storage::kZeroPage.size())));
    }

    void feed(ByteCount offset, ByteCount length) {
        feed(offset, length, [](ByteCount, Bytes) {});
    }
    /// Shows each piece of the content as it comes.
    template <typename Show>
    void feed(ByteCount offset, ByteCount length, Show&& show) {
        while (length > 0) {
            Bytes content = source_.view(offset);
            if (content.empty()) {
                copy_.resize(static_cast<std::size_t>(length));
                source_.read(offset, copy_);
                content = copy_;
            }
            content = content.first(
                static_cast<std::size_t>(std::min<ByteCount>(content.size(), length)));
            show(offset, content);
            hash_->update(content);
            offset += content.size();
            length -= content.size();
        }
    }

  private:
    const storage::Source& source_;
    DigestAlgorithm algorithm_;
    std::unique_ptr<storage::ContentHash> hash_;
    ByteCount zeros_length_ = 0;
    storage::Digest zeros_;
    std::vector<std::uint8_t> copy_;
};

}  // namespace mcast::session
