// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/list.hpp"
#include "wire/private/private_head.hpp"

namespace mcast::wire {

/// A range of chunks, inclusive.
struct ChunkRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    friend bool operator==(const ChunkRange&, const ChunkRange&) = default;
};
template <>
struct ListItem<ChunkRange> {
    static constexpr std::size_t kSize = 8;
    static constexpr ChunkRange read(Reader& in) {
        ChunkRange range;
        range.first = in.u32();
        range.last = in.u32();
        return range;
    }
    static constexpr void write(Writer& out, const ChunkRange& range) {
        out.u32(range.first);
        out.u32(range.last);
    }
};
using ChunkRangeList = List<ChunkRange>;

/// DigestRequest, in a NORM_REPORT: which chunk digests a receiver still lacks.
///
///    4  transfer (32)
///    8  echo (32): the GRTT response, microseconds modulo 2^32; 0: none
///   12  object_transport_id (16)  count (16)
///   16  count ranges: first (32)  last (32)
struct DigestRequest {
    std::uint32_t transfer = 0;
    std::uint32_t echo = 0;
    ObjectId object{};
    ChunkRangeList ranges{};

    /// After parsing, no range runs backwards. The number of chunks is not known here.
    [[nodiscard]] static Parsed<DigestRequest> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
