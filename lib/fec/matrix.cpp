// SPDX-License-Identifier: MIT
#include "fec/matrix.hpp"

#include <array>

#include "base/assert.hpp"

namespace mcast::fec {
namespace {

constexpr unsigned kOrder = 255;  // order of the multiplicative group

struct Field {
    std::array<std::uint8_t, kOrder> exp{};
    std::array<std::uint8_t, 256> log{};  // log[0] is never read
};

constexpr Field make_field() {
    Field field;
    unsigned value = 1;
    for (unsigned i = 0; i < kOrder; ++i) {
        field.exp[i] = static_cast<std::uint8_t>(value);
        field.log[value] = static_cast<std::uint8_t>(i);
        value <<= 1;
        if ((value & 0x100) != 0) value ^= 0x11D;
    }
    return field;
}

constexpr Field kField = make_field();

constexpr std::uint8_t point(unsigned index) {
    return index == 0 ? std::uint8_t{0} : kField.exp[index - 1];
}

}  // namespace

GeneratorMatrix::GeneratorMatrix(std::uint16_t block_size, std::uint16_t parity)
    : block_size_(block_size), parity_(parity) {
    MCAST_ASSERT(fits(block_size, parity));
    const unsigned symbols = unsigned{block_size} + parity;
    log_products_.reserve(symbols);
    for (unsigned i = 0; i < symbols; ++i) {
        unsigned sum = 0;
        for (unsigned t = 0; t < block_size; ++t) {
            if (t != i)
                sum += log_difference(static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(t));
        }
        log_products_.push_back(static_cast<std::uint8_t>(sum % kOrder));
    }
}

// Product over t != i of (p(B+j) + p(t)) / (p(i) + p(t)): the numerator is the whole product at
// the parity point less the factor of i.
std::uint8_t GeneratorMatrix::at(std::uint16_t row, std::uint16_t column) const {
    MCAST_ASSERT(row < parity_ && column < block_size_);
    const auto i = static_cast<std::uint8_t>(column);
    const auto q = static_cast<std::uint8_t>(block_size_ + row);
    const unsigned sum = log_products_[q] + 2 * kOrder - log_products_[i] - log_difference(q, i);
    return kField.exp[sum % kOrder];
}

// The known points of a block are the B source points with the absent ones exchanged for parity
// points, so each product over them is the product over the source points, which is ready, times
// the few exchanged factors.
void GeneratorMatrix::weigh(const Known& known, std::span<std::uint8_t> weights) const {
    MCAST_ASSERT(weights.size() == known.all.size());
    for (std::size_t i = 0; i < known.all.size(); ++i) {
        const unsigned product = log_swapped(known.all[i], known);
        weights[i] = static_cast<std::uint8_t>((kOrder - product) % kOrder);
    }
}

void GeneratorMatrix::combine(const Known& known, std::span<const std::uint8_t> weights,
                              std::uint8_t wanted, std::span<std::uint8_t> coefficients) const {
    MCAST_ASSERT(weights.size() == known.all.size() && coefficients.size() == known.all.size());
    const unsigned numerator = log_swapped(wanted, known);
    for (std::size_t i = 0; i < known.all.size(); ++i) {
        const unsigned sum = numerator + weights[i] + kOrder - log_difference(wanted, known.all[i]);
        coefficients[i] = kField.exp[sum % kOrder];
    }
}

unsigned GeneratorMatrix::log_difference(std::uint8_t a, std::uint8_t b) const {
    return kField.log[point(a) ^ point(b)];
}

// Logarithm of the product of the differences of `point` to all known points but itself.
unsigned GeneratorMatrix::log_swapped(std::uint8_t point, const Known& known) const {
    unsigned sum = log_products_[point];
    for (const std::uint8_t other : known.absent)
        if (other != point) sum += kOrder - log_difference(point, other);
    for (const std::uint8_t other : known.parity)
        if (other != point) sum += log_difference(point, other);
    return sum % kOrder;
}

}  // namespace mcast::fec
