// SPDX-License-Identifier: MIT
#include "wire/norm/cmd_cc.hpp"

#include "wire/norm/command.hpp"
#include "wire/norm/ext_rate.hpp"

namespace mcast::wire {
namespace {

constexpr std::size_t kFixedSize = 24;

}  // namespace

Parsed<CmdCc> CmdCc::parse(const Header& header) {
    Reader in(header.body);
    CmdCc cc;
    cc.source = header.source;
    cc.sender = read_command_head(in);
    in.skip(1);
    cc.cc_sequence = in.u16();
    cc.sent = read_timestamp(in);
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    const auto rate = find_rate(in.rest());
    if (!rate) return std::unexpected(rate.error());
    cc.send_rate = *rate;
    const auto nodes = CcNodeList::from_wire(header.payload);
    if (!nodes) return std::unexpected(nodes.error());
    cc.nodes = *nodes;
    return cc;
}

std::size_t CmdCc::serialize(MutableBytes out) const {
    Writer to(out);
    const std::size_t size = kFixedSize + (send_rate ? kExtRateSize : 0);
    write_command_head(to, CommandType::cc, size, source, sender);
    to.zeros(1);
    to.u16(cc_sequence);
    write_timestamp(to, sent);
    if (send_rate) write_rate(to, *send_rate);
    nodes.write(to);
    return to.written();
}

}  // namespace mcast::wire
