// SPDX-License-Identifier: MIT
#include <numeric>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/rng.hpp"
#include "fec/block_codec.hpp"

namespace mcast::fec {
namespace {

constexpr std::uint16_t kBlock = 64;
constexpr std::uint16_t kParity = 32;
constexpr std::size_t kSymbol = 1452;

/// A block of 64 full symbols and its parity.
struct Block {
    BlockCodec codec{kBlock, kParity};
    std::vector<std::vector<std::uint8_t>> symbols;
    std::vector<const std::uint8_t*> sources;
    std::vector<std::uint8_t*> parity;

    Block() : symbols(kBlock + kParity, std::vector<std::uint8_t>(kSymbol)) {
        Rng rng(1);
        for (std::size_t i = 0; i < kBlock; ++i)
            for (auto& byte : symbols[i]) byte = static_cast<std::uint8_t>(rng.next());
        for (std::size_t i = 0; i < kBlock; ++i) sources.push_back(symbols[i].data());
        for (std::size_t i = kBlock; i < symbols.size(); ++i) parity.push_back(symbols[i].data());
    }
};

void count_blocks(benchmark::State& state) {
    state.SetBytesProcessed(state.iterations() * std::int64_t{kBlock * kSymbol});
}

/// Bytes per second are those of source, whatever the number of parity symbols made of it.
void encode_parity_of_a_block(benchmark::State& state) {
    Block block;
    const auto wanted = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        block.codec.encode(block.sources, kSymbol, 0, std::span(block.parity).first(wanted));
        benchmark::ClobberMemory();
    }
    count_blocks(state);
}
BENCHMARK(encode_parity_of_a_block)->ArgName("parity")->Arg(1)->Arg(4)->Arg(16)->Arg(32);

/// As a sender does it: of content that is in memory, but in no cache that is near.
void encode_parity_of_many_blocks(benchmark::State& state) {
    constexpr std::size_t kBlocks = 512;
    Block block;
    const auto wanted = static_cast<std::size_t>(state.range(0));
    std::vector<std::uint8_t> content(kBlocks * kBlock * kSymbol, 1);
    for (std::size_t turn = 0; auto _ : state) {
        const auto* symbol = content.data() + turn++ % kBlocks * kBlock * kSymbol;
        for (auto& source : block.sources) source = std::exchange(symbol, symbol + kSymbol);
        block.codec.encode(block.sources, kSymbol, 0, std::span(block.parity).first(wanted));
        benchmark::ClobberMemory();
    }
    count_blocks(state);
}
BENCHMARK(encode_parity_of_many_blocks)->ArgName("parity")->Arg(1)->Arg(4)->Arg(16);

/// Bytes per second are those of the whole block.
void decode_a_block(benchmark::State& state) {
    Block block;
    block.codec.encode(block.sources, kSymbol, 0, block.parity);
    const auto lost = static_cast<std::uint16_t>(state.range(0));
    std::vector<std::uint16_t> missing(lost);
    std::iota(missing.begin(), missing.end(), std::uint16_t{0});
    std::vector<Received> received;
    for (std::uint16_t i = lost; i < kBlock + lost; ++i)
        received.push_back({i, block.symbols[i].data()});
    std::vector<std::vector<std::uint8_t>> mended(lost, std::vector<std::uint8_t>(kSymbol));
    std::vector<std::uint8_t*> out;
    for (auto& symbol : mended) out.push_back(symbol.data());
    for (auto _ : state) {
        if (!block.codec.decode(kBlock, received, missing, kSymbol, out))
            state.SkipWithError("the block was not decoded");
        benchmark::ClobberMemory();
    }
    count_blocks(state);
}
BENCHMARK(decode_a_block)->ArgName("erasures")->Arg(1)->Arg(4)->Arg(16)->Arg(32);

}  // namespace
}  // namespace mcast::fec
