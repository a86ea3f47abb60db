// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/norm/ext_cc.hpp"
#include "wire/norm/feedback.hpp"
#include "wire/norm/payload_id.hpp"

namespace mcast::wire {

/// Types of ACK; those from 16 to 255 are the application's.
inline constexpr std::uint8_t kAckCc = 1;
inline constexpr std::uint8_t kAckFlush = 2;

/// NORM_ACK (RFC 5740 section 4.3.2). The fixed part is drawn in feedback.hpp. The payload depends
/// on the type: none with kAckCc, a FlushPosition with kAckFlush.
struct Ack {
    Source source{};
    NodeId sender = NodeId::none;
    InstanceId instance{};
    std::uint8_t type = 0;
    std::uint8_t id = 0;
    Timestamp grtt_response{};
    std::optional<ExtCc> cc{};
    Bytes payload{};

    [[nodiscard]] static Parsed<Ack> parse(const Header& header);
    std::size_t serialize(MutableBytes out) const;
};

/// The payload of ACK(FLUSH): the position of the flush that is acknowledged.
///
///   |  fec_id (8)   |  reserved (8) |    object_transport_id (16)   | payload id (32 or 64) |
struct FlushPosition {
    FecId fec_id = FecId::rs8;
    ObjectId object{};
    PayloadId id{};

    [[nodiscard]] static Parsed<FlushPosition> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
    friend bool operator==(const FlushPosition&, const FlushPosition&) = default;
};

}  // namespace mcast::wire
