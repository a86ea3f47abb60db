// SPDX-License-Identifier: MIT
#include "fec/block_codec.hpp"

#include <array>
#include <bitset>
#include <cstring>
#include <limits>
#include <vector>

#include <isa-l/erasure_code.h>

#include "base/assert.hpp"

namespace mcast::fec {
namespace {

constexpr std::size_t kTableBytes = 32;  // ISA-L's expansion of one coefficient

/// The coefficients expanded to tables, as ISA-L needs them. One for each thread.
struct Workspace {
    std::vector<std::uint8_t> coefficients;  ///< rows x inputs
    std::vector<std::uint8_t> tables;
    std::array<const std::uint8_t*, GeneratorMatrix::kMaxSymbols> inputs{};

    // The parity rows that the tables hold now: most blocks of a transfer need the same ones.
    struct Rows {
        std::uint16_t block_size = 0, k = 0, first = 0, count = 0;
        friend bool operator==(const Rows&, const Rows&) = default;
    };
    Rows held;

    void expand(std::size_t inputs_used, std::size_t rows) {
        if (tables.size() < kTableBytes * inputs_used * rows)
            tables.resize(kTableBytes * inputs_used * rows);
        ec_init_tables(static_cast<int>(inputs_used), static_cast<int>(rows), coefficients.data(),
                       tables.data());
    }

    void run(std::size_t length, std::size_t inputs_used, std::span<std::uint8_t* const> out) {
        MCAST_ASSERT(length <= std::numeric_limits<int>::max());
        for (std::uint8_t* symbol : out) std::memset(symbol, 0, length);
        // One input after the other, not all at once: content is seldom in the near caches, and the
        // processor can prefetch one stream, but not 64.
        for (std::size_t i = 0; i < inputs_used; ++i) {
            // ISA-L only reads the input and the list of outputs, but its declaration lacks const.
            ec_encode_data_update(static_cast<int>(length), static_cast<int>(inputs_used),
                                  static_cast<int>(out.size()), static_cast<int>(i), tables.data(),
                                  const_cast<std::uint8_t*>(inputs[i]),
                                  const_cast<std::uint8_t**>(out.data()));
        }
    }
};

thread_local Workspace workspace;

/// The received symbols and the source symbols that are not among them, as points of the code.
class Erasures {
  public:
    [[nodiscard]] GeneratorMatrix::Known known() const {
        return {all_.listed(), parity_.listed(), absent_.listed()};
    }
    [[nodiscard]] bool has(std::uint16_t index) const { return seen_.test(index); }

    /// False if the symbols are not a valid set.
    bool fill(const GeneratorMatrix& matrix, std::uint16_t k, std::span<const Received> received) {
        if (k == 0 || k > matrix.block_size() || received.size() != k) return false;
        for (const Received& symbol : received) {
            if (symbol.symbol >= k + matrix.parity()) return false;
            const auto index = symbol.symbol < k
                                   ? symbol.symbol
                                   : static_cast<unsigned>(matrix.block_size() + symbol.symbol - k);
            if (seen_.test(index)) return false;
            seen_.set(index);
            all_.add(index);
            if (index >= matrix.block_size()) parity_.add(index);
        }
        for (unsigned i = 0; i < k; ++i)
            if (!seen_.test(i)) absent_.add(i);
        return true;
    }

  private:
    struct List {
        std::array<std::uint8_t, GeneratorMatrix::kMaxSymbols> points{};
        std::size_t count = 0;

        void add(unsigned index) { points[count++] = static_cast<std::uint8_t>(index); }
        [[nodiscard]] std::span<const std::uint8_t> listed() const {
            return std::span(points).first(count);
        }
    };
    List all_;
    List parity_;
    List absent_;
    std::bitset<256> seen_;
};

}  // namespace

void BlockCodec::encode(std::span<const std::uint8_t* const> sources, std::size_t length,
                        std::uint16_t first_parity, std::span<std::uint8_t* const> out) const {
    const std::size_t k = sources.size();
    MCAST_ASSERT(k > 0 && k <= block_size() && first_parity + out.size() <= parity());
    if (length == 0 || out.empty()) return;
    Workspace& work = workspace;
    const Workspace::Rows wanted{block_size(), static_cast<std::uint16_t>(k), first_parity,
                                 static_cast<std::uint16_t>(out.size())};
    if (work.held != wanted) {
        work.coefficients.clear();
        for (std::size_t row = 0; row < out.size(); ++row)
            for (std::size_t column = 0; column < k; ++column)
                work.coefficients.push_back(
                    matrix_.at(static_cast<std::uint16_t>(first_parity + row),
                               static_cast<std::uint16_t>(column)));
        work.expand(k, out.size());
        work.held = wanted;
    }
    for (std::size_t i = 0; i < k; ++i) work.inputs[i] = sources[i];
    work.run(length, k, out);
}

bool BlockCodec::decode(std::uint16_t k, std::span<const Received> received,
                        std::span<const std::uint16_t> missing, std::size_t length,
                        std::span<std::uint8_t* const> out) const {
    MCAST_ASSERT(out.size() == missing.size());
    Erasures erasures;
    if (!erasures.fill(matrix_, k, received)) return false;
    for (const std::uint16_t symbol : missing)
        if (symbol >= k || erasures.has(symbol)) return false;
    if (missing.empty() || length == 0) return true;

    std::array<std::uint8_t, GeneratorMatrix::kMaxSymbols> weight_store;
    const auto weights = std::span(weight_store).first(k);
    const GeneratorMatrix::Known known = erasures.known();
    matrix_.weigh(known, weights);
    Workspace& work = workspace;
    work.held = {};
    work.coefficients.resize(missing.size() * k);
    for (std::size_t row = 0; row < missing.size(); ++row)
        matrix_.combine(known, weights, static_cast<std::uint8_t>(missing[row]),
                        std::span(work.coefficients).subspan(row * k, k));
    work.expand(k, missing.size());
    for (std::size_t i = 0; i < k; ++i) work.inputs[i] = received[i].data;
    work.run(length, k, out);
    return true;
}

}  // namespace mcast::fec
