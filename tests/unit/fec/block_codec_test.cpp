// SPDX-License-Identifier: MIT
#include "fec/block_codec.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "base/rng.hpp"
#include "support/catch.hpp"

using mcast::Rng;
using mcast::fec::BlockCodec;
using mcast::fec::Received;

namespace {

using Symbol = std::vector<std::uint8_t>;

/// A block of random content and all its parity symbols; symbols are named by ESI.
struct Block {
    Block(const BlockCodec& codec, std::uint16_t source_symbols, std::size_t symbol_length,
          Rng& rng)
        : k(source_symbols), length(symbol_length) {
        const std::size_t count = std::size_t{k} + codec.parity();
        symbols.assign(count, Symbol(length));
        for (std::uint16_t i = 0; i < k; ++i)
            std::ranges::generate(symbols[i],
                                  [&] { return static_cast<std::uint8_t>(rng.next()); });
        std::vector<std::uint8_t*> parity;
        for (std::size_t i = k; i < count; ++i) parity.push_back(symbols[i].data());
        codec.encode(sources(), length, 0, parity);
    }

    [[nodiscard]] std::vector<const std::uint8_t*> sources() const {
        std::vector<const std::uint8_t*> list;
        for (std::uint16_t i = 0; i < k; ++i) list.push_back(symbols[i].data());
        return list;
    }
    [[nodiscard]] std::vector<Received> received(const std::vector<std::uint16_t>& esis) const {
        std::vector<Received> list;
        for (const auto esi : esis) list.push_back({esi, symbols[esi].data()});
        return list;
    }

    std::uint16_t k;
    std::size_t length;
    std::vector<Symbol> symbols;
};

/// True when the block comes back from these symbols, every missing source symbol byte for byte.
bool recovers(const BlockCodec& codec, const Block& block, const std::vector<std::uint16_t>& esis) {
    std::vector<std::uint16_t> missing;
    for (std::uint16_t i = 0; i < block.k; ++i)
        if (std::ranges::find(esis, i) == esis.end()) missing.push_back(i);
    // A guard byte after each symbol shows a write beyond its end.
    std::vector<Symbol> result(missing.size(), Symbol(block.length + 1, 0xa5));
    std::vector<std::uint8_t*> out;
    for (Symbol& symbol : result) out.push_back(symbol.data());
    if (!codec.decode(block.k, block.received(esis), missing, block.length, out)) return false;
    for (std::size_t i = 0; i < missing.size(); ++i) {
        if (result[i].back() != 0xa5) return false;
        if (!std::equal(result[i].begin(), result[i].end() - 1, block.symbols[missing[i]].begin()))
            return false;
    }
    return true;
}

/// k different ESIs out of k + parity, in random order.
std::vector<std::uint16_t> random_choice(std::uint16_t k, std::uint16_t parity, Rng& rng) {
    std::vector<std::uint16_t> all(std::size_t{k} + parity);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint16_t>(i);
    for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[rng.below(i)]);
    all.resize(k);
    return all;
}

std::vector<std::uint16_t> range(unsigned begin, unsigned end) {
    std::vector<std::uint16_t> list;
    for (unsigned i = begin; i < end; ++i) list.push_back(static_cast<std::uint16_t>(i));
    return list;
}

}  // namespace

TEST_CASE("parity of unit symbols is the peer's generator matrix", "[fec][vector]") {
    // Sources 1000.. 0100.. : byte i of parity j is coefficient (j, i) of the 4,2 code.
    const BlockCodec codec(4, 2);
    std::vector<Symbol> sources(4, Symbol(4, 0));
    std::vector<const std::uint8_t*> in;
    for (std::size_t i = 0; i < 4; ++i) {
        sources[i][i] = 1;
        in.push_back(sources[i].data());
    }
    Symbol first(4);
    Symbol second(4);
    const std::vector<std::uint8_t*> out{first.data(), second.data()};
    codec.encode(in, 4, 0, out);
    CHECK(first == Symbol{0x77, 0x40, 0x38, 0x0e});
    CHECK(second == Symbol{0xc7, 0xa7, 0x0d, 0x6c});
}

TEST_CASE("a short block is coded as a full one whose missing columns are zero", "[fec][vector]") {
    Rng rng(1);
    const BlockCodec codec(8, 2);
    Block block(codec, 3, 50, rng);
    std::vector<std::uint8_t> zeros(50, 0);
    auto sources = block.sources();
    sources.resize(8, zeros.data());
    Symbol parity(50);
    const std::vector<std::uint8_t*> out{parity.data()};
    codec.encode(sources, 50, 1, out);
    CHECK(parity == block.symbols[4]);
}

TEST_CASE("parity made one by one is that made at once", "[fec]") {
    Rng rng(2);
    const BlockCodec codec(20, 7);
    const Block block(codec, 20, 333, rng);
    for (std::uint16_t row = 0; row < 7; ++row) {
        Symbol parity(333);
        const std::vector<std::uint8_t*> out{parity.data()};
        codec.encode(block.sources(), 333, row, out);
        CHECK(parity == block.symbols[20U + row]);
    }
}

TEST_CASE("two codes used in turn on one thread do not mix up their rows", "[fec]") {
    Rng rng(3);
    const BlockCodec one(20, 7);
    const BlockCodec other(21, 7);
    const Block first(one, 20, 64, rng);
    const Block second(other, 20, 64, rng);
    const Block third(one, 20, 64, rng);
    CHECK(recovers(one, first, range(2, 22)));
    CHECK(recovers(other, second, range(2, 22)));
    CHECK(recovers(one, third, range(2, 22)));
}

TEST_CASE("any k symbols of a block give back all of it", "[fec]") {
    const std::uint64_t seed = GENERATE(1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U);
    CAPTURE(seed);
    Rng rng(seed);
    for (int round = 0; round < 40; ++round) {
        const auto block_size = static_cast<std::uint16_t>(1 + rng.below(200));
        const auto parity = static_cast<std::uint16_t>(rng.below(256U - block_size));
        const auto k = static_cast<std::uint16_t>(1 + rng.below(block_size));
        const std::size_t length = 1 + rng.below(300);
        CAPTURE(round, block_size, parity, k, length);
        const BlockCodec codec(block_size, parity);
        const Block block(codec, k, length, rng);
        CHECK(recovers(codec, block, random_choice(k, parity, rng)));
    }
}

TEST_CASE("every pattern of two losses in a small block is mended by two parity symbols", "[fec]") {
    Rng rng(4);
    const BlockCodec codec(6, 2);
    const Block block(codec, 6, 32, rng);
    for (unsigned a = 0; a < 8; ++a) {
        for (unsigned b = a + 1; b < 8; ++b) {
            std::vector<std::uint16_t> esis = range(0, 8);
            std::erase_if(esis, [&](auto esi) { return esi == a || esi == b; });
            CAPTURE(a, b);
            CHECK(recovers(codec, block, esis));
        }
    }
}

TEST_CASE("a block whose source symbols are all lost comes back from parity alone", "[fec]") {
    Rng rng(5);
    const BlockCodec codec(64, 64);
    CHECK(recovers(codec, Block(codec, 64, 1452, rng), range(64, 128)));
    CHECK(recovers(codec, Block(codec, 40, 1452, rng), range(40, 80)));
    CHECK(recovers(codec, Block(codec, 40, 1452, rng), range(64, 104)));
}

TEST_CASE("a block of one symbol comes back from any parity symbol", "[fec]") {
    Rng rng(6);
    for (const std::uint16_t block_size : {std::uint16_t{1}, std::uint16_t{64}}) {
        const BlockCodec codec(block_size, 5);
        const Block block(codec, 1, 7, rng);
        for (std::uint16_t esi = 0; esi < 6; ++esi) CHECK(recovers(codec, block, {esi}));
    }
}

TEST_CASE("a single missing symbol may be asked for while others stay missing", "[fec]") {
    Rng rng(7);
    const BlockCodec codec(10, 4);
    const Block block(codec, 10, 100, rng);
    const std::vector<std::uint16_t> missing{2};
    Symbol result(100);
    const std::vector<std::uint8_t*> out{result.data()};
    REQUIRE(codec.decode(10, block.received(range(4, 14)), missing, 100, out));
    CHECK(result == block.symbols[2]);
}

TEST_CASE("decoding refuses sets that cannot determine the block", "[fec]") {
    Rng rng(8);
    const BlockCodec codec(6, 2);
    const Block block(codec, 6, 16, rng);
    const std::vector<std::uint16_t> missing{0};
    Symbol result(16, 0xa5);
    const std::vector<std::uint8_t*> out{result.data()};
    const auto decodes = [&](std::uint16_t k, const std::vector<Received>& received) {
        return codec.decode(k, received, missing, 16, out);
    };
    auto good = block.received({1, 2, 3, 4, 5, 6});

    SECTION("too few symbols") {
        good.pop_back();
    }
    SECTION("too many symbols") {
        good.push_back({7, block.symbols[7].data()});
    }
    SECTION("a symbol twice") {
        good[0] = good[1];
    }
    SECTION("parity that the code does not have") {
        good[5].symbol = 8;
    }
    SECTION("the largest symbol number") {
        good[5].symbol = 65535;
    }
    SECTION("what is asked for is there") {
        good[5] = {0, block.symbols[0].data()};
    }
    CHECK_FALSE(decodes(6, good));
    CHECK(result == Symbol(16, 0xa5));
}

TEST_CASE("decoding refuses a block longer than the code, or empty", "[fec]") {
    const BlockCodec codec(6, 2);
    CHECK_FALSE(codec.decode(7, std::vector<Received>(7), {}, 16, {}));
    CHECK_FALSE(codec.decode(0, {}, {}, 16, {}));
    Symbol result(16);
    const std::vector<std::uint16_t> beyond{6};
    Rng rng(9);
    const Block block(codec, 6, 16, rng);
    const std::vector<std::uint8_t*> out{result.data()};
    CHECK_FALSE(codec.decode(6, block.received({0, 1, 2, 3, 4, 6}), beyond, 16, out));
}

TEST_CASE("one codec serves several threads at once", "[fec]") {
    const BlockCodec codec(32, 8);
    std::vector<int> good(4, 0);
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < good.size(); ++t) {
        threads.emplace_back([&, t] {
            Rng rng(100 + t);
            bool all = true;
            for (int i = 0; i < 50; ++i) {
                const Block block(codec, 32, 200, rng);
                all = all && recovers(codec, block, random_choice(32, 8, rng));
            }
            good[t] = all ? 1 : 0;
        });
    }
    threads.clear();
    CHECK(std::ranges::count(good, 1) == 4);
}
