// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/norm/ext_fti.hpp"
#include "wire/norm/header.hpp"

namespace mcast::wire {

/// NORM_INFO (RFC 5740 section 4.2.2): the application's information about an object, for a file
/// its name. In our profile only INFO carries the FTI.
///
///    0               1               2               3
///   +---------------------------------------------------------------+
///   |               common header, sender word (12)                 |
///   +---------------+---------------+-------------------------------+
///   |     flags     |    fec_id     |      object_transport_id      |
///   +---------------+---------------+-------------------------------+
///   |            extensions, then the payload                       |
///   +---------------------------------------------------------------+
struct Info {
    Source source{};
    SenderFields sender{};
    std::uint8_t flags = 0;
    FecId fec_id = FecId::rs8;
    ObjectId object{};
    std::optional<Fti> fti{};
    Bytes payload{};

    [[nodiscard]] static Parsed<Info> parse(const Header& header);
    /// Returns the bytes written, including the payload; `out` must be large enough.
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
