// SPDX-License-Identifier: MIT
#include "wire/norm/cmd_flush.hpp"

#include "wire/norm/command.hpp"

namespace mcast::wire {

Parsed<CmdFlush> CmdFlush::parse(const Header& header) {
    Reader in(header.body);
    CmdFlush flush;
    flush.source = header.source;
    flush.sender = read_command_head(in);
    const auto position = read_position(in);
    if (!position) return std::unexpected(position.error());
    flush.fec_id = position->fec_id;
    flush.object = position->object;
    flush.id = position->id;
    const auto skipped = skip_extensions(in);
    if (!skipped) return std::unexpected(skipped.error());
    const auto nodes = NodeList::from_wire(header.payload);
    if (!nodes) return std::unexpected(nodes.error());
    flush.nodes = *nodes;
    return flush;
}

std::size_t CmdFlush::serialize(MutableBytes out) const {
    Writer to(out);
    const std::size_t size = kSenderHeader + payload_id_size(fec_id);
    write_command_head(to, CommandType::flush, size, source, sender);
    write_position(to, {.fec_id = fec_id, .object = object, .id = id});
    nodes.write(to);
    return to.written();
}

}  // namespace mcast::wire
