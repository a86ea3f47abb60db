// SPDX-License-Identifier: MIT
#include "wire/norm/nack.hpp"

namespace mcast::wire {

Parsed<Nack> Nack::parse(const Header& header) {
    Reader in(header.body);
    Nack nack;
    nack.source = header.source;
    nack.sender = NodeId{in.u32()};
    nack.instance = InstanceId{in.u16()};
    in.skip(2);
    nack.grtt_response = read_timestamp(in);
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    const auto cc = find_cc(in.rest());
    if (!cc) return std::unexpected(cc.error());
    nack.cc = *cc;
    nack.requests = header.payload;
    return nack;
}

std::size_t Nack::serialize(MutableBytes out) const {
    Writer to(out);
    write_header(to, MessageType::nack, kFeedbackHeader + (cc ? kExtCcSize : 0), source);
    to.u32(raw(sender));
    to.u16(raw(instance));
    to.zeros(2);
    write_timestamp(to, grtt_response);
    if (cc) write_cc(to, *cc);
    to.bytes(requests);
    return to.written();
}

}  // namespace mcast::wire
