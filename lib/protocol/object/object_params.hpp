// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "base/units.hpp"
#include "fec/partition.hpp"
#include "wire/norm/message.hpp"
#include "wire/norm/stream_header.hpp"

namespace mcast::protocol {

/// The facts that both ends need to place the symbols of an object: NORM's FTI (RFC 5740
/// section 4.2.1).
///
/// A stream (NORM_OBJECT_STREAM) has the largest size that its blocks can be numbered for until its
/// end is known. Each of its symbols on the wire begins with a header (wire::StreamHeader), which
/// is no part of the content.
struct ObjectParams {
    ObjectId id{};
    ByteCount size = 0;
    std::uint16_t segment_size = 0;  ///< content bytes of a full symbol
    std::uint16_t block_size = 0;    ///< B, source symbols of a full block
    std::uint16_t parity = 0;        ///< parity symbols that a block can have
    wire::FecId fec_id = wire::FecId::rs8;
    bool stream = false;

    [[nodiscard]] fec::BlockPartition partition() const {
        return stream ? fec::BlockPartition::of_stream(size, segment_size, block_size)
                      : fec::BlockPartition(size, segment_size, block_size);
    }
    /// Bytes before the content of each symbol on the wire.
    [[nodiscard]] std::uint16_t symbol_header() const {
        return stream ? std::uint16_t{wire::StreamHeader::kSize} : std::uint16_t{0};
    }
    /// The flag of its kind in INFO and DATA.
    [[nodiscard]] std::uint8_t type_flag() const {
        return stream ? wire::kFlagStream : wire::kFlagFile;
    }
    /// As NORM's FTI has it: with the header.
    [[nodiscard]] std::uint16_t wire_segment() const {
        return static_cast<std::uint16_t>(segment_size + symbol_header());
    }
    /// Content bytes of a full block.
    [[nodiscard]] ByteCount block_bytes() const { return ByteCount{block_size} * segment_size; }
    /// The most that a stream of such blocks can have.
    [[nodiscard]] ByteCount stream_limit() const { return kMostStreamBlocks * block_bytes(); }
    /// A stream whose end is not known yet.
    [[nodiscard]] bool open() const { return stream && size == stream_limit(); }
    static constexpr std::uint32_t kMostStreamBlocks = (1U << 24) - 1;  // 24 bits name a block
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
