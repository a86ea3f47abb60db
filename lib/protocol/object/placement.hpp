// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "base/units.hpp"

namespace mcast::protocol {

/// Where the payload of the datagram just handled belongs.
struct Placement {
    enum class Kind : std::uint8_t { none, source, parity };
    Kind kind = Kind::none;
    std::uint32_t block = 0;
    std::uint16_t symbol = 0;  ///< source: index in the block; parity: index of the parity symbol
    ByteCount offset = 0;      ///< source: its place in the object
    Bytes payload;             ///< inside the datagram
};

/// Work on content that has been placed. Do it after all placements that came before it.
struct Order {
    enum class Kind : std::uint8_t {
        decode,   ///< compute `missing` of `block` from the sources held and `parity`, store them
        verify,   ///< compare chunk `chunk` with `digest`, then call verdict()
        release,  ///< all content below `offset` is verified (or complete, with a plain sender)
        zeros,    ///< content from `offset` up to `end` is zeros, whatever was placed there
        forget,   ///< the parity of `block` that is held: it has to make room
        end,      ///< the stream ends at `offset`, which was not known before
        finish,   ///< all is verified: give it its final name, then call finished()
    };
    Kind kind = Kind::decode;
    std::uint32_t block = 0;
    std::vector<std::uint16_t> missing;  ///< source symbols
    std::vector<std::uint16_t> parity;   ///< parity symbols to use, as many as are missing
    std::uint32_t chunk = 0;
    std::vector<std::uint8_t> digest;
    ByteCount offset = 0;
    ByteCount end = 0;
};

}  // namespace mcast::protocol
