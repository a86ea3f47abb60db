// SPDX-License-Identifier: MIT
#include "wire/norm/cmd_repair_adv.hpp"

#include "wire/norm/command.hpp"

namespace mcast::wire {

Parsed<CmdRepairAdv> CmdRepairAdv::parse(const Header& header) {
    Reader in(header.body);
    CmdRepairAdv adv;
    adv.source = header.source;
    adv.sender = read_command_head(in);
    adv.flags = in.u8();
    in.skip(2);
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    const auto cc = find_cc(in.rest());
    if (!cc) return std::unexpected(cc.error());
    adv.cc = *cc;
    adv.requests = header.payload;
    return adv;
}

std::size_t CmdRepairAdv::serialize(MutableBytes out) const {
    Writer to(out);
    const std::size_t size = kSenderHeader + (cc ? kExtCcSize : 0);
    write_command_head(to, CommandType::repair_adv, size, source, sender);
    to.u8(flags);
    to.zeros(2);
    if (cc) write_cc(to, *cc);
    to.bytes(requests);
    return to.written();
}

}  // namespace mcast::wire
