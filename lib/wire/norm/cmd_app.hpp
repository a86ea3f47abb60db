// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/list.hpp"
#include "wire/norm/header.hpp"

namespace mcast::wire {

// The three CMDs of RFC 5740 section 4.2.3 whose fixed part is 16 bytes:
//
//   12              13              14              15
//   +---------------+---------------+---------------+---------------+
//   |  sub-type     |                   reserved                    |  2 EOT, 7 APPLICATION
//   +---------------+---------------+---------------+---------------+
//   |  sub-type = 6 |   reserved    |   ack_type    |    ack_id     |  ACK_REQ
//   +---------------+---------------+---------------+---------------+

/// NORM_CMD(EOT): this sender sends no more. NRL: never sends it, and only logs it.
struct CmdEot {
    Source source{};
    SenderFields sender{};

    [[nodiscard]] static Parsed<CmdEot> parse(const Header& header);
    std::size_t serialize(MutableBytes out) const;
};

/// NORM_CMD(ACK_REQ): asks the nodes listed for an acknowledgement of that type. NRL: never sends
/// it, and ignores it.
struct CmdAckReq {
    Source source{};
    SenderFields sender{};
    std::uint8_t type = 0;
    std::uint8_t id = 0;
    NodeList nodes{};

    [[nodiscard]] static Parsed<CmdAckReq> parse(const Header& header);
    std::size_t serialize(MutableBytes out) const;
};

/// NORM_CMD(APPLICATION): bytes for the application; ours are in private_message.hpp.
struct CmdApplication {
    Source source{};
    SenderFields sender{};
    Bytes payload{};

    [[nodiscard]] static Parsed<CmdApplication> parse(const Header& header);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
