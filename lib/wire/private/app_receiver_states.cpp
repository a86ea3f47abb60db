// SPDX-License-Identifier: MIT
#include "wire/private/app_receiver_states.hpp"

namespace mcast::wire {

Parsed<ReceiverStates> ReceiverStates::parse(Bytes payload) {
    auto in = open_private(payload, PrivateKind::receiver_states);
    if (!in) return std::unexpected(in.error());
    ReceiverStates states;
    states.transfer = in->u32();
    states.state = ReceiverState{in->u8()};
    in->skip(1);
    states.error = in->u16();
    const std::size_t count = in->u16();
    in->skip(2);
    if (!in->ok()) return std::unexpected(ParseError::truncated);
    const auto entries = ReceiverList::from_wire(*in, count);
    if (!entries) return std::unexpected(entries.error());
    states.entries = *entries;
    const auto root = read_root(*in);
    if (!root) return std::unexpected(root.error());
    states.root = *root;
    return states;
}

std::size_t ReceiverStates::serialize(MutableBytes out) const {
    Writer to(out);
    write_private_head(to, PrivateKind::receiver_states);
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
