// SPDX-License-Identifier: MIT
#include "wire/private/app_digests.hpp"

#include "base/assert.hpp"

namespace mcast::wire {

Parsed<Digests> Digests::parse(Bytes payload) {
    auto in = open_private(payload, PrivateKind::digests);
    if (!in) return std::unexpected(in.error());
    Digests digests;
    digests.transfer = in->u32();
    digests.object = ObjectId{in->u16()};
    const auto algorithm = read_digest_algorithm(*in);
    if (!algorithm) return std::unexpected(algorithm.error());
    digests.algorithm = *algorithm;
    const std::size_t width = in->u8();
    digests.first = in->u32();
    digests.total = in->u32();
    const std::uint16_t count = in->u16();
    in->skip(2);
    if (!in->ok()) return std::unexpected(ParseError::truncated);
    if (width != digests.width()) return std::unexpected(ParseError::bad_value);
    if (digests.first > digests.total || count > digests.total - digests.first) {
        return std::unexpected(ParseError::bad_value);
    }
    if (count > in->remaining() / width) return std::unexpected(ParseError::list_length);
    digests.digests = in->take(count * width);
    return digests;
}

std::size_t Digests::serialize(MutableBytes out) const {
    MCAST_ASSERT(digests.size() % width() == 0);
    Writer to(out);
    write_private_head(to, PrivateKind::digests);
    to.u32(transfer);
    to.u16(raw(object));
    to.u8(static_cast<std::uint8_t>(algorithm));
    to.u8(width());
    to.u32(first);
    to.u32(total);
    to.u16(count());
    to.zeros(2);
    to.bytes(digests);
    return to.written();
}

}  // namespace mcast::wire
