// SPDX-License-Identifier: MIT
#include "wire/private/app_end.hpp"

namespace mcast::wire {

Parsed<End> End::parse(Bytes payload) {
    auto in = open_private(payload, PrivateKind::end);
    if (!in) return std::unexpected(in.error());
    End end;
    end.transfer = in->u32();
    end.error = in->u16();
    const auto message = read_text16(*in);
    if (!message) return std::unexpected(message.error());
    end.message = *message;
    const auto root = read_root(*in);
    if (!root) return std::unexpected(root.error());
    end.root = *root;
    return end;
}

std::size_t End::serialize(MutableBytes out) const {
    Writer to(out);
    write_private_head(to, PrivateKind::end);
    to.u32(transfer);
    to.u16(error);
    write_text16(to, message);
    write_root(to, root);
    return to.written();
}

}  // namespace mcast::wire
