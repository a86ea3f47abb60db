// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include <mcast/options.hpp>

#include "wire/parse_error.hpp"
#include "wire/reader.hpp"

namespace mcast::wire {

/// Bytes of a digest.
[[nodiscard]] constexpr std::size_t digest_width(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::xxh3_128 ? 16 : 32;
}

/// Error bad_value for an algorithm that is not known here.
[[nodiscard]] constexpr Parsed<DigestAlgorithm> read_digest_algorithm(Reader& in) {
    const std::uint8_t value = in.u8();
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    if (value != 1 && value != 2) return std::unexpected(ParseError::bad_value);
    return DigestAlgorithm{value};
}

}  // namespace mcast::wire
