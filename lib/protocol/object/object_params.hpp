// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "base/units.hpp"
#include "fec/partition.hpp"
#include "wire/norm/message.hpp"

namespace mcast::protocol {

/// The facts that both ends need to place the symbols of an object: NORM's FTI (RFC 5740
/// section 4.2.1).
struct ObjectParams {
    ObjectId id{};
    ByteCount size = 0;
    std::uint16_t segment_size = 0;  ///< payload bytes of a full symbol
    std::uint16_t block_size = 0;    ///< B, source symbols of a full block
    std::uint16_t parity = 0;        ///< parity symbols that a block can have
    wire::FecId fec_id = wire::FecId::rs8;

    [[nodiscard]] fec::BlockPartition partition() const {
        return fec::BlockPartition(size, segment_size, block_size);
    }
    friend bool operator==(const ObjectParams&, const ObjectParams&) = default;
};

/// Sizes of the digests that ride beside the content: one a chunk of `chunk_size` bytes, the last
/// chunk being short. `width` 0: none is offered (a plain NORM sender).
struct DigestParams {
    std::uint8_t algorithm = 0;  ///< number on the wire: 1 XXH3-128, 2 SHA-256
    std::uint8_t width = 0;      ///< bytes of one digest
    std::uint32_t chunk_size = 0;

    [[nodiscard]] std::uint32_t chunk_count(ByteCount size) const {
        return width == 0 ? 0 : static_cast<std::uint32_t>((size + chunk_size - 1) / chunk_size);
    }
    friend bool operator==(const DigestParams&, const DigestParams&) = default;
};

}  // namespace mcast::protocol
