// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mcast::fec {

/// The coefficients of the Reed-Solomon code over GF(2^8), polynomial 0x11D, as in NRL's norm.
///
/// A block of B source symbols is read as the values of a polynomial of degree < B at the points
/// point(0) .. point(B-1); parity symbol j is its value at point(B+j). point(0) = 0 and point(i) =
/// alpha^(i-1).
/// NRL: RFC 5510 section 8.2.1 says point(i) = alpha^i, which is another code: every parity byte
/// would differ. The vectors in tests/unit/fec/matrix_test.cpp are the peer's.
///
/// Any B values determine the polynomial, so any of its values is a fixed linear combination of
/// any B others (Lagrange). Encoding and decoding are both that, with no matrix to invert and no
/// singular case. A short block (k < B) is a B-block whose symbols k .. B-1 are zero: parity j is
/// still the value at point(B+j), although its ESI is k+j.
///
/// Immutable after construction; any thread.
class GeneratorMatrix {
  public:
    /// The most symbols of a block: NRL uses only 255 of the 256 points.
    static constexpr unsigned kMaxSymbols = 255;

    [[nodiscard]] static constexpr bool fits(std::uint16_t block_size, std::uint16_t parity) {
        return block_size > 0 && unsigned{block_size} + parity <= kMaxSymbols;
    }

    /// fits(block_size, parity) must hold.
    GeneratorMatrix(std::uint16_t block_size, std::uint16_t parity);

    [[nodiscard]] std::uint16_t block_size() const { return block_size_; }
    [[nodiscard]] std::uint16_t parity() const { return parity_; }

    /// Coefficient of source symbol `column` in parity symbol `row`.
    [[nodiscard]] std::uint8_t at(std::uint16_t row, std::uint16_t column) const;

    /// Symbols that determine a block, named by the index of their point: i < B a source symbol,
    /// B+j parity j. None twice; absent and parity are as many. Points k .. B-1 of a short block
    /// are in none of them: they are zero.
    struct Known {
        std::span<const std::uint8_t> all;
        std::span<const std::uint8_t> parity;  ///< those of `all` that are parity symbols
        std::span<const std::uint8_t> absent;  ///< source symbols of the block not among `all`
    };

    /// Writes the coefficient of each symbol of known.all in the source symbol `wanted`, one of
    /// absent. `weights` come from weigh().
    void combine(const Known& known, std::span<const std::uint8_t> weights, std::uint8_t wanted,
                 std::span<std::uint8_t> coefficients) const;

    /// The part of combine() that is the same for each wanted symbol, as logarithms.
    void weigh(const Known& known, std::span<std::uint8_t> weights) const;

  private:
    [[nodiscard]] unsigned log_difference(std::uint8_t a, std::uint8_t b) const;
    [[nodiscard]] unsigned log_swapped(std::uint8_t point, const Known& known) const;

    std::uint16_t block_size_;
    std::uint16_t parity_;
    /// For each point, the logarithm of the product of its differences to all other source points.
    std::vector<std::uint8_t> log_products_;
};

}  // namespace mcast::fec
