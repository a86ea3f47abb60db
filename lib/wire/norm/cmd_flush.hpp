// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "wire/list.hpp"
#include "wire/norm/header.hpp"
#include "wire/norm/payload_id.hpp"

namespace mcast::wire {

/// NORM_CMD(FLUSH) (RFC 5740 section 4.2.3): the sender has reached this position, the last symbol
/// of a final block. The nodes listed are asked to acknowledge it; none in a plain flush.
///
///   12              13              14
///   +---------------+---------------+-------------------------------+
///   |  sub-type = 1 |    fec_id     |      object_transport_id      |
///   +---------------+---------------+-------------------------------+
///   |            payload id (4 or 8), extensions                    |
///   +---------------------------------------------------------------+
///   |            node ids, 4 bytes each                             |
///   +---------------------------------------------------------------+
struct CmdFlush {
    Source source{};
    SenderFields sender{};
    FecId fec_id = FecId::rs8;
    ObjectId object{};
    PayloadId id{};
    NodeList nodes{};

    [[nodiscard]] static Parsed<CmdFlush> parse(const Header& header);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
