// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/private/private_head.hpp"

namespace mcast::wire {

/// Flag: the receiver holds a part of the content already, which counts as received once digests
/// confirm it.
inline constexpr std::uint8_t kJoinHolds = 0x01;

/// Join, in a NORM_REPORT: a receiver takes an offer, and repeats this until ReceiverStates names
/// it with its challenge; or says once that it would, but cannot.
///
///    4  transfer (32)
///    8  echo (32): the GRTT response, microseconds modulo 2^32; 0: none
///   12  challenge (64): random, the same in all joins of one receiver
///   20  flags (8): 0x01 holds something of it; 0x02 has failed
///   21  host: length (8), text
///    .. with 0x02: error (16): of the error table  message: length (16), text
struct Join {
    std::uint32_t transfer = 0;
    std::uint32_t echo = 0;
    std::uint64_t challenge = 0;
    std::uint8_t flags = 0;  ///< without 0x02, which follows from `error`
    std::string_view host{};
    std::uint16_t error = 0;  ///< 0: none, and no message
    std::string_view message{};

    [[nodiscard]] static Parsed<Join> parse(Bytes payload);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
