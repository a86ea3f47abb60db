// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "wire/parse_error.hpp"
#include "wire/writer.hpp"

namespace mcast::wire {

/// Flags of EXT_CC and of the nodes listed in CMD(CC); NRL: kCcLimit is not in the RFC and means
/// that the rate is twice the measured one.
inline constexpr std::uint8_t kCcClr = 0x01;
inline constexpr std::uint8_t kCcPlr = 0x02;
inline constexpr std::uint8_t kCcRtt = 0x04;
inline constexpr std::uint8_t kCcStart = 0x08;
inline constexpr std::uint8_t kCcLeave = 0x10;
inline constexpr std::uint8_t kCcLimit = 0x20;

/// EXT_CC: congestion control feedback in NACK, ACK and REPAIR_ADV (RFC 5740 section 4.3.1.1).
///
///    0               1               2               3
///   +---------------+---------------+-------------------------------+
///   |    HET = 3    |    HEL = 3    |          cc_sequence          |
///   +---------------+---------------+-------------------------------+
///   |   cc_flags    |    cc_rtt     |            cc_loss            |
///   +---------------+---------------+-------------------------------+
///   |            cc_rate            |           reserved            |
///   +-------------------------------+-------------------------------+
///
/// NRL: the reserved field holds the lower half of a 32-bit loss; in a NACK, cc_loss itself is that
/// lower half, so it reads as about 0 there.
struct ExtCc {
    std::uint16_t cc_sequence = 0;
    std::uint8_t flags = 0;
    std::uint8_t rtt = 0;    ///< quantised
    std::uint16_t loss = 0;  ///< quantised
    std::uint16_t rate = 0;  ///< quantised, bytes per second
    friend bool operator==(const ExtCc&, const ExtCc&) = default;
};

inline constexpr std::size_t kExtCcSize = 12;

[[nodiscard]] Parsed<std::optional<ExtCc>> find_cc(Bytes extensions);
void write_cc(Writer& out, const ExtCc& cc);

}  // namespace mcast::wire
