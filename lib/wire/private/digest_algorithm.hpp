// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include <mcast/options.hpp>

#include "wire/parse_error.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

namespace mcast::wire {

/// The bytes of a digest.
[[nodiscard]] constexpr std::size_t digest_width(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::xxh3_128 ? 16 : 32;
}

/// Error bad_value for an unknown algorithm.
[[nodiscard]] constexpr Parsed<DigestAlgorithm> read_digest_algorithm(Reader& in) {
    const std::uint8_t value = in.u8();
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    if (value != 1 && value != 2) return std::unexpected(ParseError::bad_value);
    return DigestAlgorithm{value};
}

/// The digest of a whole object: width (8): 0, 16 or 32, then so many bytes. Empty if it is not
/// known, or the message confirms nothing. A view into the message.
[[nodiscard]] constexpr Parsed<Bytes> read_root(Reader& in) {
    const std::size_t width = in.u8();
    const Bytes root = in.take(width);
    if (!in.ok()) return std::unexpected(ParseError::truncated);
    if (width != 0 && width != 16 && width != 32) return std::unexpected(ParseError::bad_value);
    return root;
}
constexpr void write_root(Writer& out, Bytes root) {
    out.u8(root.size());
    out.bytes(root);
}

}  // namespace mcast::wire
