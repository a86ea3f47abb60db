// SPDX-License-Identifier: MIT
#include "wire/private/app_zeros.hpp"

namespace mcast::wire {

Parsed<Zeros> Zeros::parse(Bytes payload) {
    auto in = open_private(payload, PrivateKind::zeros);
    if (!in) return std::unexpected(in.error());
    Zeros zeros;
    zeros.transfer = in->u32();
    zeros.object = ObjectId{in->u16()};
    const std::size_t count = in->u16();
    if (!in->ok()) return std::unexpected(ParseError::truncated);
    const auto ranges = BlockRangeList::from_wire(*in, count);
    if (!ranges) return std::unexpected(ranges.error());
    std::uint64_t from = 0;
    for (const BlockRange range : *ranges) {
        if (range.first < from || range.first > range.last)
            return std::unexpected(ParseError::bad_value);
        from = std::uint64_t{range.last} + 1;
    }
    zeros.ranges = *ranges;
    return zeros;
}

std::size_t Zeros::serialize(MutableBytes out) const {
    Writer to(out);
    write_private_head(to, PrivateKind::zeros);
    to.u32(transfer);
    to.u16(raw(object));
    to.u16(ranges.size());
    ranges.write(to);
    return to.written();
}

}  // namespace mcast::wire
