// SPDX-License-Identifier: MIT
#include "wire/norm/ack.hpp"

namespace mcast::wire {

Parsed<Ack> Ack::parse(const Header& header) {
    Reader in(header.body);
    Ack ack;
    ack.source = header.source;
    ack.sender = NodeId{in.u32()};
    ack.instance = InstanceId{in.u16()};
    ack.type = in.u8();
    ack.id = in.u8();
    ack.grtt_response = read_timestamp(in);
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    const auto cc = find_cc(in.rest());
    if (!cc) return std::unexpected(cc.error());
    ack.cc = *cc;
    ack.payload = header.payload;
    return ack;
}

std::size_t Ack::serialize(MutableBytes out) const {
    Writer to(out);
    write_header(to, MessageType::ack, kFeedbackHeader + (cc ? kExtCcSize : 0), source);
    to.u32(raw(sender));
    to.u16(raw(instance));
    to.u8(type);
    to.u8(id);
    write_timestamp(to, grtt_response);
    if (cc) write_cc(to, *cc);
    to.bytes(payload);
    return to.written();
}

Parsed<FlushPosition> FlushPosition::parse(Bytes payload) {
    Reader in(payload);
    const auto position = read_padded_position(in);
    if (!position) return std::unexpected(position.error());
    return FlushPosition{
        .fec_id = position->fec_id, .object = position->object, .id = position->id};
}

std::size_t FlushPosition::serialize(MutableBytes out) const {
    Writer to(out);
    write_padded_position(to, {.fec_id = fec_id, .object = object, .id = id});
    return to.written();
}

}  // namespace mcast::wire
