// SPDX-License-Identifier: MIT
#include "wire/norm/message.hpp"

#include "wire/norm/command.hpp"

namespace mcast::wire {
namespace {

Parsed<Message> parse_command(const Header& header) {
    const auto type = command_type(header);
    if (!type) return std::unexpected(type.error());
    switch (*type) {
        case CommandType::flush:
            return CmdFlush::parse(header);
        case CommandType::eot:
            return CmdEot::parse(header);
        case CommandType::squelch:
            return CmdSquelch::parse(header);
        case CommandType::cc:
            return CmdCc::parse(header);
        case CommandType::repair_adv:
            return CmdRepairAdv::parse(header);
        case CommandType::ack_req:
            return CmdAckReq::parse(header);
        case CommandType::application:
            return CmdApplication::parse(header);
    }
    return std::unexpected(ParseError::unknown_type);
}

}  // namespace

Parsed<Message> parse(Bytes datagram) {
    const auto header = parse_header(datagram);
    if (!header) return std::unexpected(header.error());
    switch (header->type) {
        case MessageType::info:
            return Info::parse(*header);
        case MessageType::data:
            return Data::parse(*header);
        case MessageType::cmd:
            return parse_command(*header);
        case MessageType::nack:
            return Nack::parse(*header);
        case MessageType::ack:
            return Ack::parse(*header);
        case MessageType::report:
            return NormReport::parse(*header);
    }
    return std::unexpected(ParseError::unknown_type);
}

}  // namespace mcast::wire
