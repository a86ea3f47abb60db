// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/ids.hpp"
#include "wire/list.hpp"
#include "wire/private/private_head.hpp"

namespace mcast::wire {

/// A range of blocks, inclusive.
struct BlockRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    friend bool operator==(const BlockRange&, const BlockRange&) = default;
};
template <>
struct ListItem<BlockRange> {
    static constexpr std::size_t kSize = 8;
    static constexpr BlockRange read(Reader& in) {
        BlockRange range;
        range.first = in.u32();
        range.last = in.u32();
        return range;
    }
    static constexpr void write(Writer& out, const BlockRange& range) {
        out.u32(range.first);
        out.u32(range.last);
    }
};
using BlockRangeList = List<BlockRange>;

/// Zeros, in CMD(APPLICATION): blocks whose content is zeros alone, and which are not sent.
///
///    4  transfer (32)
///    8  object_transport_id (16)  count (16)
///   12  count ranges: first (32)  last (32)
struct Zeros {
    std::uint32_t transfer = 0;
    ObjectId object{};
    BlockRangeList ranges{};

    /// After parsing, the ranges ascend and do not overlap. The number of blocks is not known here.
    [[nodiscard]] static Parsed<Zeros> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

inline constexpr std::size_t kZerosHeader = 12;

}  // namespace mcast::wire
