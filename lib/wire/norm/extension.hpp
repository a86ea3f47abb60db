// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "wire/parse_error.hpp"

namespace mcast::wire {

/// Header extensions (RFC 5740 section 4.1): each begins with its type, HET. Types below 128 have
/// their length in words, HEL, in the second byte; the others are four bytes long.
///
///    | HET < 128 (8) |    HEL (8)    |  content, HEL * 4 - 2 bytes ...
///    | HET >= 128 (8)|             content (24)                      |
inline constexpr std::uint8_t kExtCc = 3;
inline constexpr std::uint8_t kExtFti = 64;
inline constexpr std::uint8_t kExtRate = 128;

/// The first extension of that type, whole, or nothing. All extensions are checked: a length of 0
/// or past the end is an error in any of them. NRL: hangs for ever on a length of 0.
[[nodiscard]] Parsed<std::optional<Bytes>> find_extension(Bytes extensions, std::uint8_t type);

}  // namespace mcast::wire
