// SPDX-License-Identifier: MIT
#include "wire/norm/cmd_app.hpp"

#include "wire/norm/command.hpp"

namespace mcast::wire {

Parsed<CmdEot> CmdEot::parse(const Header& header) {
    Reader in(header.body);
    CmdEot eot;
    eot.source = header.source;
    eot.sender = read_command_head(in);
    in.skip(3);
    const auto skipped = skip_extensions(in);
    if (!skipped) return std::unexpected(skipped.error());
    return eot;
}

std::size_t CmdEot::serialize(MutableBytes out) const {
    Writer to(out);
    write_command_head(to, CommandType::eot, kSenderHeader, source, sender);
    to.zeros(3);
    return to.written();
}

Parsed<CmdAckReq> CmdAckReq::parse(const Header& header) {
    Reader in(header.body);
    CmdAckReq request;
    request.source = header.source;
    request.sender = read_command_head(in);
    in.skip(1);
    request.type = in.u8();
    request.id = in.u8();
    const auto skipped = skip_extensions(in);
    if (!skipped) return std::unexpected(skipped.error());
    const auto nodes = NodeList::from_wire(header.payload);
    if (!nodes) return std::unexpected(nodes.error());
    request.nodes = *nodes;
    return request;
}

std::size_t CmdAckReq::serialize(MutableBytes out) const {
    Writer to(out);
    write_command_head(to, CommandType::ack_req, kSenderHeader, source, sender);
    to.zeros(1);
    to.u8(type);
    to.u8(id);
    nodes.write(to);
    return to.written();
}

Parsed<CmdApplication> CmdApplication::parse(const Header& header) {
    Reader in(header.body);
    CmdApplication application;
    application.source = header.source;
    application.sender = read_command_head(in);
    in.skip(3);
    const auto skipped = skip_extensions(in);
    if (!skipped) return std::unexpected(skipped.error());
    application.payload = header.payload;
    return application;
}

std::size_t CmdApplication::serialize(MutableBytes out) const {
    Writer to(out);
    write_command_head(to, CommandType::application, kSenderHeader, source, sender);
    to.zeros(3);
    to.bytes(payload);
    return to.written();
}

}  // namespace mcast::wire
