// SPDX-License-Identifier: MIT
#include "wire/norm/cmd_squelch.hpp"

#include "wire/norm/command.hpp"

namespace mcast::wire {

Parsed<CmdSquelch> CmdSquelch::parse(const Header& header) {
    Reader in(header.body);
    CmdSquelch squelch;
    squelch.source = header.source;
    squelch.sender = read_command_head(in);
    const auto position = read_position(in);
    if (!position) return std::unexpected(position.error());
    squelch.fec_id = position->fec_id;
    squelch.object = position->object;
    squelch.id = position->id;
    const auto skipped = skip_extensions(in);
    if (!skipped) return std::unexpected(skipped.error());
    const auto objects = ObjectList::from_wire(header.payload);
    if (!objects) return std::unexpected(objects.error());
    squelch.objects = *objects;
    return squelch;
}

std::size_t CmdSquelch::serialize(MutableBytes out) const {
    Writer to(out);
    const std::size_t size = kSenderHeader + payload_id_size(fec_id);
    write_command_head(to, CommandType::squelch, size, source, sender);
    write_position(to, {.fec_id = fec_id, .object = object, .id = id});
    objects.write(to);
    return to.written();
}

}  // namespace mcast::wire
