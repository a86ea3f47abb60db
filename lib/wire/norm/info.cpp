// SPDX-License-Identifier: MIT
#include "wire/norm/info.hpp"

namespace mcast::wire {

Parsed<Info> Info::parse(const Header& header) {
    Reader in(header.body);
    Info info;
    info.source = header.source;
    info.sender = read_sender(in);
    info.flags = in.u8();
    const auto fec_id = read_fec_id(in);
    if (!fec_id) return std::unexpected(fec_id.error());
    info.fec_id = *fec_id;
    info.object = ObjectId{in.u16()};
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    const auto fti = find_fti(in.rest(), info.fec_id);
    if (!fti) return std::unexpected(fti.error());
    info.fti = *fti;
    info.payload = header.payload;
    return info;
}

std::size_t Info::serialize(MutableBytes out) const {
    Writer to(out);
    write_header(to, MessageType::info, kSenderHeader + (fti ? fti_size(fec_id) : 0), source);
    write_sender(to, sender);
    to.u8(flags);
    to.u8(static_cast<std::uint8_t>(fec_id));
    to.u16(raw(object));
    if (fti) write_fti(to, fec_id, *fti);
    to.bytes(payload);
    return to.written();
}

}  // namespace mcast::wire
