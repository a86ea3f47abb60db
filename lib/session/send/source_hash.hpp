// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "storage/digest.hpp"
#include "storage/source.hpp"

namespace mcast::session {

/// Computes the digest of a range of a source, piece by piece. Copies only content that does not
/// lie in memory. `source` outlives this. One thread.
class SourceHash {
  public:
    SourceHash(const storage::Source& source, DigestAlgorithm algorithm)
        : source_(source), hash_(storage::make_hash(algorithm)) {}

    void reset() { hash_->reset(); }
    [[nodiscard]] storage::Digest digest() const { return hash_->digest(); }

    void feed(ByteCount offset, ByteCount length) {
        while (length > 0) {
            Bytes content = source_.view(offset);
            if (content.empty()) {
                copy_.resize(static_cast<std::size_t>(length));
                source_.read(offset, copy_);
                content = copy_;
            }
            content = content.first(
                static_cast<std::size_t>(std::min<ByteCount>(content.size(), length)));
            hash_->update(content);
            offset += content.size();
            length -= content.size();
        }
    }

  private:
    const storage::Source& source_;
    std::unique_ptr<storage::ContentHash> hash_;
    std::vector<std::uint8_t> copy_;
};

}  // namespace mcast::session
