// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "wire/norm/header.hpp"

namespace mcast::wire {

/// The common part of all NORM_CMD (RFC 5740 section 4.2.3): common header, sender word, sub-type
/// at offset 12.
enum class CommandType : std::uint8_t {
    flush = 1,
    eot = 2,
    squelch = 3,
    cc = 4,
    repair_adv = 5,
    ack_req = 6,
    application = 7,
};

/// The sub-type of a CMD. Error `unknown_type` if it is none of the seven.
[[nodiscard]] Parsed<CommandType> command_type(const Header& header);

/// Reads sender word and sub-type from the body of a CMD.
[[nodiscard]] SenderFields read_command_head(Reader& in);
/// Writes the first 13 bytes of a CMD; `header_size` as for write_header().
void write_command_head(Writer& out, CommandType command, std::size_t header_size,
                        const Source& source, const SenderFields& sender);

/// Checks that the rest of a header is well-formed extensions; the fields before must have been
/// read.
[[nodiscard]] Parsed<void> skip_extensions(Reader& in);

}  // namespace mcast::wire
