// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/norm/ext_fti.hpp"
#include "wire/norm/header.hpp"

namespace mcast::wire {

/// NORM_DATA (RFC 5740 section 4.2.1): one symbol of an object. The last source symbol of an object
/// is sent short.
///
///    0               1               2               3
///   +---------------------------------------------------------------+
///   |               common header, sender word (12)                 |
///   +---------------+---------------+-------------------------------+
///   |     flags     |    fec_id     |      object_transport_id      |
///   +---------------+---------------+-------------------------------+
///   |            payload id (4 with id 5, 8 with id 129)            |
///   +---------------------------------------------------------------+
///   |            extensions, then the symbol                        |
///   +---------------------------------------------------------------+
struct Data {
    Source source{};
    SenderFields sender{};
    std::uint8_t flags = 0;
    FecId fec_id = FecId::rs8;
    ObjectId object{};
    PayloadId id{};
    std::optional<Fti> fti{};
    Bytes payload{};

    [[nodiscard]] static Parsed<Data> parse(const Header& header);
    /// Returns the bytes written, including the payload; `out` must be large enough.
    std::size_t serialize(MutableBytes out) const;
    /// Writes only header and FTI: the payload is sent from its own place.
    std::size_t serialize_header(MutableBytes out) const;
};

/// The size of the header without FTI.
[[nodiscard]] constexpr std::size_t data_header_size(FecId fec_id) {
    return kSenderHeader + payload_id_size(fec_id);
}

/// True if the datagram can only be DATA, well-formed or not.
[[nodiscard]] constexpr bool is_data(Bytes datagram) {
    return !datagram.empty() && datagram[0] == 0x12;
}

/// As parse() of message.hpp, but without a variant. `unknown_type` for any other message.
[[nodiscard]] Parsed<Data> parse_data(Bytes datagram);

}  // namespace mcast::wire
