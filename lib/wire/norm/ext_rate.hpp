// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "wire/parse_error.hpp"
#include "wire/writer.hpp"

namespace mcast::wire {

/// EXT_RATE: the sender's rate in CMD(CC), quantised bytes per second (RFC 5740 section 4.2.3).
///
///    |   HET = 128   |   reserved    |           send_rate           |
inline constexpr std::size_t kExtRateSize = 4;

[[nodiscard]] Parsed<std::optional<std::uint16_t>> find_rate(Bytes extensions);
void write_rate(Writer& out, std::uint16_t rate);

}  // namespace mcast::wire
