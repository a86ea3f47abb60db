// SPDX-License-Identifier: MIT
#include "wire/reply_join.hpp"

namespace mcast::wire {

Parsed<Join> Join::parse(Bytes payload) {
    auto in = open_private(payload, PrivateKind::join);
    if (!in) return std::unexpected(in.error());
    Join join;
    join.transfer = in->u32();
    join.echo = in->u32();
    const auto host = read_text8(*in);
    if (!host) return std::unexpected(host.error());
    join.host = *host;
    return join;
}

std::size_t Join::serialize(MutableBytes out) const {
    Writer to(out);
    write_private_head(to, PrivateKind::join);
    to.u32(transfer);
    to.u32(echo);
    write_text8(to, host);
    return to.written();
}

}  // namespace mcast::wire
