// SPDX-License-Identifier: MIT
#include "wire/private/app_roll.hpp"

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
    const auto entries = RollList::from_wire(*in, count);
    if (!entries) return std::unexpected(entries.error());
    roll.entries = *entries;
    const auto root = read_root(*in);
    if (!root) return std::unexpected(root.error());
    roll.root = *root;
    return roll;
}

std::size_t Roll::serialize(MutableBytes out) const {
    Writer to(out);
    write_private_head(to, PrivateKind::roll);
    to.u32(transfer);
    to.u8(static_cast<std::uint8_t>(state));
    to.zeros(1);
    to.u16(error);
    to.u16(entries.size());
    to.zeros(2);
    entries.write(to);
    write_root(to, root);
    return to.written();
}

}  // namespace mcast::wire
