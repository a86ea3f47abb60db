// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "wire/writer.hpp"

namespace mcast::wire {

/// The head of each source symbol of a NORM_OBJECT_STREAM (RFC 5740 section 4.2.1). It belongs to
/// the symbol that the FEC code covers, so parity symbols begin with eight bytes of parity of it.
///
///    0               1               2               3
///   +-------------------------------+-------------------------------+
///   |          payload_len          |       payload_msg_start       |
///   +-------------------------------+-------------------------------+
///   |                        payload_offset                         |
///   +---------------------------------------------------------------+
struct StreamHeader {
    static constexpr std::size_t kSize = 8;

    std::uint16_t length = 0;     ///< bytes of content that follow; 0: a control code does
    std::uint16_t msg_start = 0;  ///< 1 + the place of the first byte of a message; 0: none begins
    std::uint32_t offset = 0;     ///< of the content in the stream, modulo 2^32

    void serialize(MutableBytes out) const {
        Writer to(out);
        to.u16(length);
        to.u16(msg_start);
        to.u32(offset);
    }
};

}  // namespace mcast::wire
