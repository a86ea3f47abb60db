// SPDX-License-Identifier: MIT
#include "wire/app_roll.hpp"

namespace mcast::wire {

Parsed<Roll> Roll::parse(Bytes payload) {
    auto in = open_private(payload, PrivateKind::roll);
    if (!in) return std::unexpected(in.error());
    Roll roll;
    roll.transfer = in->u32();
    roll.state = RollState{in->u8()};
    in->skip(1);
    roll.error = in->u16();
    const std::size_t count = in->u16();
    in->skip(2);
    if (!in->ok()) return std::unexpected(ParseError::truncated);
    const auto nodes = NodeList::from_wire(*in, count);
    if (!nodes) return std::unexpected(nodes.error());
    roll.nodes = *nodes;
    return roll;
}

std::size_t Roll::serialize(MutableBytes out) const {
    Writer to(out);
    write_private_head(to, PrivateKind::roll);
    to.u32(transfer);
    to.u8(static_cast<std::uint8_t>(state));
    to.zeros(1);
    to.u16(error);
    to.u16(nodes.size());
    to.zeros(2);
    nodes.write(to);
    return to.written();
}

}  // namespace mcast::wire
