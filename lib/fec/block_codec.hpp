// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "fec/matrix.hpp"

namespace mcast::fec {

/// A symbol of a block that is at hand. ESI as on the wire: below k a source symbol, k+j parity j.
struct Received {
    std::uint16_t symbol;
    const std::uint8_t* data;  ///< `length` readable bytes
};

/// Makes parity symbols of a source block, and missing source symbols out of what was received.
/// The code is that of fec::GeneratorMatrix; blocks shorter than block_size are short blocks of the
/// same code. Symbols shorter than `length` (the last of an object) are to be padded with zeros by
/// the caller.
///
/// Immutable after construction, any number of threads at once. Scratch memory is one buffer a
/// thread, which grows to what the largest block needed and is then used again.
class BlockCodec {
  public:
    /// Whether a code of this shape exists: to be asked before constructing from numbers that came
    /// from the network.
    [[nodiscard]] static constexpr bool fits(std::uint16_t block_size, std::uint16_t parity) {
        return GeneratorMatrix::fits(block_size, parity);
    }

    BlockCodec(std::uint16_t block_size, std::uint16_t parity) : matrix_(block_size, parity) {}

    [[nodiscard]] std::uint16_t block_size() const { return matrix_.block_size(); }
    [[nodiscard]] std::uint16_t parity() const { return matrix_.parity(); }

    /// Writes parity symbols first_parity .. first_parity + out.size() - 1 of the block that
    /// `sources` (k of them, 1 to block_size) make up. Assertion on anything out of range.
    void encode(std::span<const std::uint8_t* const> sources, std::size_t length,
                std::uint16_t first_parity, std::span<std::uint8_t* const> out) const;

    /// Writes the source symbols `missing` (out[i] gets missing[i]) of a block of k. `received`
    /// are exactly k different symbols in any order; any source symbol that is not among them may
    /// be asked for. False, with nothing written, when they are not that: too few or too many, one
    /// twice, an ESI beyond k + parity, or `missing` among the received.
    [[nodiscard]] bool decode(std::uint16_t k, std::span<const Received> received,
                              std::span<const std::uint16_t> missing, std::size_t length,
                              std::span<std::uint8_t* const> out) const;

  private:
    GeneratorMatrix matrix_;
};

}  // namespace mcast::fec
