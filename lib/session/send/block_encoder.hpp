// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fec/block_codec.hpp"
#include "protocol/object/object_params.hpp"
#include "storage/source.hpp"

namespace mcast::session {

/// Computes parity symbols of the blocks of an object. `source` has the whole object and outlives
/// this. One thread at a time; several encoders may read the same source.
class BlockEncoder {
  public:
    BlockEncoder(const protocol::ObjectParams& object, const storage::Source& source);

    [[nodiscard]] const fec::BlockPartition& partition() const { return partition_; }
    [[nodiscard]] std::uint16_t parity() const { return codec_.parity(); }
    /// All content of the block is there.
    [[nodiscard]] bool has(std::uint32_t block) const {
        return partition_.block_offset(block) + partition_.block_bytes(block) <=
               source_.available();
    }

    /// Writes as many parity symbols as there are `rows`, from number `first` on, each of
    /// parity_size(block) bytes.
    void encode(std::uint32_t block, std::uint16_t first, std::span<std::uint8_t* const> rows);

  private:
    [[nodiscard]] const std::uint8_t* content(std::uint32_t block);

    fec::BlockPartition partition_;
    fec::BlockCodec codec_;
    const storage::Source& source_;
    std::vector<const std::uint8_t*> sources_;  // scratch
    std::vector<std::uint8_t> copy_;            // of a block that does not lie in one piece
    std::vector<std::uint8_t> padded_;          // the short last symbol, filled up with zeros
};

}  // namespace mcast::session
