// SPDX-License-Identifier: MIT
#include "fec/matrix.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using mcast::fec::GeneratorMatrix;

namespace {

std::string row_of(const GeneratorMatrix& matrix, std::uint16_t row) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (std::uint16_t column = 0; column < matrix.block_size(); ++column) {
        const std::uint8_t value = matrix.at(row, column);
        if (column > 0) text += ' ';
        text += kDigits[value >> 4];
        text += kDigits[value & 15];
    }
    return text;
}

// The definition, bit by bit, with nothing shared with the code under test.
unsigned slow_multiply(unsigned a, unsigned b) {
    unsigned product = 0;
    for (; b != 0; b >>= 1) {
        if ((b & 1) != 0) product ^= a;
        a <<= 1;
        if ((a & 0x100) != 0) a ^= 0x11D;
    }
    return product;
}

unsigned slow_power(unsigned base, unsigned exponent) {
    unsigned result = 1;
    for (unsigned i = 0; i < exponent; ++i) result = slow_multiply(result, base);
    return result;
}

unsigned slow_point(unsigned i) {
    return i == 0 ? 0 : slow_power(2, i - 1);
}

unsigned slow_coefficient(unsigned block_size, unsigned row, unsigned column) {
    unsigned numerator = 1;
    unsigned denominator = 1;
    for (unsigned t = 0; t < block_size; ++t) {
        if (t == column) continue;
        numerator = slow_multiply(numerator, slow_point(block_size + row) ^ slow_point(t));
        denominator = slow_multiply(denominator, slow_point(column) ^ slow_point(t));
    }
    return slow_multiply(numerator, slow_power(denominator, 254));  // x^254 = 1/x
}

}  // namespace

// From captures of NRL norm 1.5: reference vectors of the wire format notes.
TEST_CASE("parity rows are the peer's, not those of RFC 5510", "[fec][vector]") {
    const GeneratorMatrix four(4, 2);
    CHECK(row_of(four, 0) == "77 40 38 0e");
    CHECK(row_of(four, 1) == "c7 a7 0d 6c");
    const GeneratorMatrix eight(8, 2);
    CHECK(row_of(eight, 0) == "89 18 d0 7d 92 a4 f5 fe");
    CHECK(row_of(eight, 1) == "36 f8 d0 ce 25 19 fb 16");
    const GeneratorMatrix usual(64, 8);
    const std::string row = row_of(usual, 0);
    CHECK(row.substr(0, 23) == "45 f5 07 e3 78 05 ae 46");
    CHECK(row.substr(row.size() - 8) == "35 ca c0");
}

TEST_CASE("a parity row does not depend on how many there are", "[fec]") {
    CHECK(row_of(GeneratorMatrix(64, 8), 5) == row_of(GeneratorMatrix(64, 191), 5));
}

TEST_CASE("every coefficient is the Lagrange product that defines it", "[fec]") {
    for (const unsigned block_size : {1U, 2U, 3U, 20U, 64U, 200U}) {
        const auto parity = static_cast<std::uint16_t>(255 - block_size);
        const GeneratorMatrix matrix(static_cast<std::uint16_t>(block_size), parity);
        bool good = true;
        for (std::uint16_t row = 0; row < parity; row = static_cast<std::uint16_t>(row + 9))
            for (std::uint16_t column = 0; column < block_size; ++column)
                good = good && matrix.at(row, column) == slow_coefficient(block_size, row, column);
        CAPTURE(block_size);
        CHECK(good);
    }
}

TEST_CASE("a code of more than 255 symbols, or of no source symbol, does not fit", "[fec]") {
    CHECK(GeneratorMatrix::fits(1, 0));
    CHECK(GeneratorMatrix::fits(64, 191));
    CHECK_FALSE(GeneratorMatrix::fits(64, 192));
    CHECK_FALSE(GeneratorMatrix::fits(0, 10));
    CHECK_FALSE(GeneratorMatrix::fits(65535, 65535));
}
