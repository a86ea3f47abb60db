// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/ids.hpp"
#include "wire/parse_error.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

namespace mcast::wire {

/// The FEC encoding ids that we support; both mean the same Reed-Solomon code over GF(2^8).
enum class FecId : std::uint8_t { rs8 = 5, small_block = 129 };

/// The name of a symbol of an object (RFC 5510 section 5.1, RFC 5445 section 2.2.1). A symbol below
/// the number of source symbols of its block is source, the others are parity.
///
///    id 5:   |   source block number (24)    | symbol (8) |
///    id 129: | source block number (32) | source block length (16) | symbol (16) |
struct PayloadId {
    std::uint32_t block = 0;
    std::uint16_t symbol = 0;
    std::uint16_t block_length = 0;  ///< 129 only: source symbols of this block; 0 otherwise
    friend bool operator==(const PayloadId&, const PayloadId&) = default;
};

/// A position in the objects of a sender, as in FLUSH, SQUELCH, ACK(FLUSH) and NACK.
struct Position {
    FecId fec_id = FecId::rs8;
    ObjectId object{};
    PayloadId id{};
    friend bool operator==(const Position&, const Position&) = default;
};

[[nodiscard]] constexpr std::size_t payload_id_size(FecId fec_id) {
    return fec_id == FecId::rs8 ? 4 : 8;
}

[[nodiscard]] constexpr PayloadId read_payload_id(Reader& in, FecId fec_id) {
    PayloadId id{};
    if (fec_id == FecId::rs8) {
        id.block = in.u24();
        id.symbol = in.u8();
    } else {
        id.block = in.u32();
        id.block_length = in.u16();
        id.symbol = in.u16();
    }
    return id;
}

/// With id 5 the block must be below 2^24 and the symbol below 256.
constexpr void write_payload_id(Writer& out, FecId fec_id, const PayloadId& id) {
    if (fec_id == FecId::rs8) {
        out.u24(id.block);
        out.u8(id.symbol);
    } else {
        out.u32(id.block);
        out.u16(id.block_length);
        out.u16(id.symbol);
    }
}

/// Error `unknown_fec` for ids that we do not support, `truncated` if there is nothing to read.
[[nodiscard]] Parsed<FecId> read_fec_id(Reader& in);

/// fec_id(1) object(2) payload id: as in the fixed part of FLUSH and SQUELCH.
[[nodiscard]] Parsed<Position> read_position(Reader& in);
void write_position(Writer& out, const Position& position);

/// fec_id(1) reserved(1) object(2) payload id: as in repair requests and ACK(FLUSH).
[[nodiscard]] Parsed<Position> read_padded_position(Reader& in);
void write_padded_position(Writer& out, const Position& position);
[[nodiscard]] constexpr std::size_t padded_position_size(FecId fec_id) {
    return 4 + payload_id_size(fec_id);
}

}  // namespace mcast::wire
