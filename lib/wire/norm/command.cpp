// SPDX-License-Identifier: MIT
#include "wire/norm/command.hpp"

#include "wire/norm/extension.hpp"

namespace mcast::wire {

Parsed<CommandType> command_type(const Header& header) {
    Reader in(header.body);
    (void)read_sender(in);
    const std::uint8_t value = in.u8();
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    if (value < 1 || value > 7) return std::unexpected(ParseError::unknown_type);
    return CommandType{value};
}

SenderFields read_command_head(Reader& in) {
    const SenderFields sender = read_sender(in);
    in.skip(1);
    return sender;
}

void write_command_head(Writer& out, CommandType command, std::size_t header_size,
                        const Source& source, const SenderFields& sender) {
    write_header(out, MessageType::cmd, header_size, source);
    write_sender(out, sender);
    out.u8(static_cast<std::uint8_t>(command));
}

Parsed<void> skip_extensions(Reader& in) {
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    const auto walked = find_extension(in.rest(), 0);
    if (!walked) return std::unexpected(walked.error());
    return {};
}

}  // namespace mcast::wire
