// SPDX-License-Identifier: MIT
#include "wire/private/reply_done.hpp"

namespace mcast::wire {

Parsed<Done> Done::parse(Bytes payload) {
    auto in = open_private(payload, PrivateKind::done);
    if (!in) return std::unexpected(in.error());
    Done done;
    done.transfer = in->u32();
    done.echo = in->u32();
    const auto root = read_root(*in);
    if (!root) return std::unexpected(root.error());
    done.root = *root;
    return done;
}

std::size_t Done::serialize(MutableBytes out) const {
    Writer to(out);
    write_private_head(to, PrivateKind::done);
    to.u32(transfer);
    to.u32(echo);
    write_root(to, root);
    return to.written();
}

}  // namespace mcast::wire
