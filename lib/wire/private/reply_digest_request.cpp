// SPDX-License-Identifier: MIT
#include "wire/private/reply_digest_request.hpp"

namespace mcast::wire {

Parsed<DigestRequest> DigestRequest::parse(Bytes payload) {
    auto in = open_private(payload, PrivateKind::digest_request);
    if (!in) return std::unexpected(in.error());
    DigestRequest request;
    request.transfer = in->u32();
    request.echo = in->u32();
    request.object = ObjectId{in->u16()};
    const std::size_t count = in->u16();
    if (!in->ok()) return std::unexpected(ParseError::truncated);
    const auto ranges = ChunkRangeList::from_wire(*in, count);
    if (!ranges) return std::unexpected(ranges.error());
    for (const ChunkRange range : *ranges) {
        if (range.first > range.last) return std::unexpected(ParseError::bad_value);
    }
    request.ranges = *ranges;
    return request;
}

std::size_t DigestRequest::serialize(MutableBytes out) const {
    Writer to(out);
    write_private_head(to, PrivateKind::digest_request);
    to.u32(transfer);
    to.u32(echo);
    to.u16(raw(object));
    to.u16(ranges.size());
    ranges.write(to);
    return to.written();
}

}  // namespace mcast::wire
