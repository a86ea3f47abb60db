// SPDX-License-Identifier: MIT
#include "wire/private/reply_join.hpp"

namespace mcast::wire {
namespace {

constexpr std::uint8_t kHasFailed = 0x02;

Parsed<void> read_error(Reader& in, Join& join) {
    join.error = in.u16();
    const auto message = read_text16(in);
    if (!message) return std::unexpected(message.error());
    if (join.error == 0) return std::unexpected(ParseError::bad_value);
    join.message = *message;
    return {};
}

}  // namespace

Parsed<Join> Join::parse(Bytes payload) {
    auto in = open_private(payload, PrivateKind::join);
    if (!in) return std::unexpected(in.error());
    Join join;
    join.transfer = in->u32();
    join.echo = in->u32();
    join.challenge = in->u64();
    const std::uint8_t flags = in->u8();
    join.flags = flags & kJoinHolds;
    const auto host = read_text8(*in);
    if (!host) return std::unexpected(host.error());
    join.host = *host;
    if (flags & kHasFailed)
        if (const auto read = read_error(*in, join); !read) return std::unexpected(read.error());
    return join;
}

std::size_t Join::serialize(MutableBytes out) const {
    Writer to(out);
    write_private_head(to, PrivateKind::join);
    to.u32(transfer);
    to.u32(echo);
    to.u64(challenge);
    to.u8(flags | (error != 0 ? kHasFailed : 0));
    write_text8(to, host);
    if (error == 0) return to.written();
    to.u16(error);
    write_text16(to, message);
    return to.written();
}

}  // namespace mcast::wire
