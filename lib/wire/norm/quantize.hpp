// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace mcast::wire {

/// Numbers that NORM sends rounded (RFC 5740 sections 4.2.1, 4.2.3 and 4.3.1). Values outside the
/// range of the wire become its nearest end, NaN the lowest. Each code decodes to a value that
/// encodes to the same code again.

/// Round trips and GRTT in seconds, 1 us to 1000 s; rounded up.
[[nodiscard]] std::uint8_t quantize_rtt(double seconds);
[[nodiscard]] double rtt_from(std::uint8_t code);

/// Group size, 10 to 5e8; rounded up to 1 or 5 times a power of ten. Four bits.
[[nodiscard]] std::uint8_t quantize_gsize(double receivers);
[[nodiscard]] double gsize_from(std::uint8_t code);

/// Rates in bytes per second, a 12-bit mantissa and a 4-bit decimal exponent; rounded.
[[nodiscard]] std::uint16_t quantize_rate(double bytes_per_second);
[[nodiscard]] double rate_from(std::uint16_t code);

/// Loss fraction, 0 to 1; rounded down.
[[nodiscard]] std::uint16_t quantize_loss(double fraction);
[[nodiscard]] double loss_from(std::uint16_t code);

}  // namespace mcast::wire
