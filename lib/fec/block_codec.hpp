// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "fec/matrix.hpp"

namespace mcast::fec {

/// A symbol of a block that was received. ESI as on the wire: below k a source symbol, k+j parity
/// j.
struct Received {
    std::uint16_t symbol;
    const std::uint8_t* data;  ///< `length` readable bytes
};

/// Makes the parity symbols of a source block, and missing source symbols from received ones. The
/// code is that of fec::GeneratorMatrix; blocks shorter than block_size are short blocks of the
/// same code. The caller pads symbols shorter than `length` (the last of an object) with zeros.
///
/// Immutable after construction; any number of threads may use it at once. Each thread has one
/// buffer of scratch memory, which grows to the need of the largest block and is reused.
class BlockCodec {
  public:
    /// True if a code of this shape exists. Check numbers from the network before constructing.
    [[nodiscard]] static constexpr bool fits(std::uint16_t block_size, std::uint16_t parity) {
        return GeneratorMatrix::fits(block_size, parity);
    }

    BlockCodec(std::uint16_t block_size, std::uint16_t parity) : matrix_(block_size, parity) {}

    [[nodiscard]] std::uint16_t block_size() const { return matrix_.block_size(); }
    [[nodiscard]] std::uint16_t parity() const { return matrix_.parity(); }

    /// Writes parity symbols first_parity .. first_parity + out.size() - 1 of the block that
    /// consists of `sources` (k of them, 1 to block_size). Asserts that all is in range.
    void encode(std::span<const std::uint8_t* const> sources, std::size_t length,
                std::uint16_t first_parity, std::span<std::uint8_t* const> out) const;

    /// Writes the source symbols `missing` (out[i] gets missing[i]) of a block of k. `received` are
    /// exactly k different symbols in any order; any source symbol that is not among them can be in
    /// `missing`. False, with nothing written, if `received` is not valid: too few or too many, one
    /// twice, an ESI beyond k + parity, or one of `missing` among them.
    [[nodiscard]] bool decode(std::uint16_t k, std::span<const Received> received,
                              std::span<const std::uint16_t> missing, std::size_t length,
                              std::span<std::uint8_t* const> out) const;

  private:
    GeneratorMatrix matrix_;
};

}  // namespace mcast::fec
