// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "wire/norm/payload_id.hpp"
#include "wire/parse_error.hpp"
#include "wire/writer.hpp"

namespace mcast::wire {

/// EXT_FTI: size of an object and of its blocks (RFC 5740 section 4.2.1, RFC 5510, RFC 5445). After
/// the object size it differs between FEC ids 5 and 129.
///
///    0               1               2               3
///   +---------------+---------------+-------------------------------+
///   |   HET = 64    |  HEL = 3 or 4 |      object size (48) ...     |
///   +---------------+---------------+-------------------------------+
///   |                       ... object size                         |
///   +-------------------------------+---------------+---------------+
///   |         segment size          |  block size   |    parity     |  id 5
///   +-------------------------------+---------------+---------------+
///   |       FEC instance id = 0     |         segment size          |  id 129
///   +-------------------------------+-------------------------------+
///   |          block size           |            parity             |
///   +-------------------------------+-------------------------------+
///
/// NRL: the last field is the number of parity symbols, not RFC 5510's max_n
/// (tests/vectors/libnorm_rs8.txt: 4 of 20 + 4).
struct Fti {
    std::uint64_t object_size = 0;   ///< bytes, below 2^48
    std::uint16_t segment_size = 0;  ///< bytes of a symbol
    std::uint16_t block_size = 0;    ///< most source symbols of a block
    std::uint16_t parity = 0;        ///< parity symbols of a block
    friend bool operator==(const Fti&, const Fti&) = default;
};

inline constexpr std::uint64_t kMaxObjectSize = (std::uint64_t{1} << 48) - 1;
/// The most symbols of a block, source and parity, as the code is over GF(2^8).
inline constexpr std::uint16_t kMaxBlockSymbols = 255;

/// True if such an object can exist and the payload id can name all its blocks.
[[nodiscard]] bool is_valid(const Fti& fti, FecId fec_id);

[[nodiscard]] constexpr std::size_t fti_size(FecId fec_id) {
    return fec_id == FecId::rs8 ? 12 : 16;
}
/// Searches the extensions of a header; errors extension_length, bad_fti.
[[nodiscard]] Parsed<std::optional<Fti>> find_fti(Bytes extensions, FecId fec_id);
/// `fti` must be valid.
void write_fti(Writer& out, FecId fec_id, const Fti& fti);

}  // namespace mcast::wire
