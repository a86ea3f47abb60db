// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "wire/list.hpp"
#include "wire/norm/header.hpp"
#include "wire/norm/payload_id.hpp"

namespace mcast::wire {

/// NORM_CMD(SQUELCH) (RFC 5740 section 4.2.3): nothing before this position can be repaired, nor
/// can the listed objects after it.
///
///   12              13              14
///   +---------------+---------------+-------------------------------+
///   |  sub-type = 3 |    fec_id     |      object_transport_id      |
///   +---------------+---------------+-------------------------------+
///   |            payload id (4 or 8), extensions                    |
///   +---------------------------------------------------------------+
///   |            object ids, 2 bytes each                           |
///   +---------------------------------------------------------------+
struct CmdSquelch {
    Source source{};
    SenderFields sender{};
    FecId fec_id = FecId::rs8;
    ObjectId object{};
    PayloadId id{};
    ObjectList objects{};

    [[nodiscard]] static Parsed<CmdSquelch> parse(const Header& header);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
