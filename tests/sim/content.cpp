// SPDX-License-Identifier: MIT
#include "sim/content.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace mcast::sim {
namespace {

std::vector<std::uint8_t> toy_digest(Bytes bytes) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
    std::vector<std::uint8_t> digest(16, 0);
    for (std::size_t i = 0; i < 8; ++i) digest[i] = static_cast<std::uint8_t>(hash >> (8 * i));
    return digest;
}

}  // namespace

Content::Content(const Scenario& scenario, Rng& rng)
    : real_(scenario.content),
      parity_(scenario.parity),
      chunk_(scenario.chunk),
      partition_(
          scenario.stream
              ? fec::BlockPartition::of_stream(scenario.size, scenario.segment, scenario.block)
              : fec::BlockPartition(scenario.size, scenario.segment, scenario.block)),
      codec_(scenario.block, scenario.parity) {
    if (!real_) return;
    source_.resize(scenario.size);
    for (auto& byte : source_) byte = static_cast<std::uint8_t>(rng.next());
    for (const auto [begin, end] : scenario.zeros)
        std::fill(source_.begin() + static_cast<std::ptrdiff_t>(begin),
                  source_.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{0});
}

Datagram Content::datagram(Bytes header, const protocol::SymbolRef& symbol) const {
    Datagram out{{header.begin(), header.end()}};
    if (!real_) {
        out.zeros = symbol.size;
    } else if (symbol.parity) {
        const auto parity = parity_symbol(symbol.block, symbol.symbol);
        out.bytes.insert(out.bytes.end(), parity.begin(), parity.end());
    } else {
        const auto at = source_.begin() +
                        static_cast<std::ptrdiff_t>(partition_.offset(symbol.block, symbol.symbol));
        out.bytes.insert(out.bytes.end(), at, at + symbol.size);
    }
    return out;
}

std::vector<std::uint8_t> Content::parity_symbol(std::uint32_t block, std::uint16_t j) const {
    const std::uint16_t k = partition_.block_length(block);
    const std::size_t length = partition_.parity_size(block);
    std::vector<std::uint8_t> padded(length, 0);
    std::vector<const std::uint8_t*> sources;
    for (std::uint16_t s = 0; s < k; ++s) {
        const std::uint8_t* at = source_.data() + partition_.offset(block, s);
        const std::size_t size = partition_.symbol_size(block, s);
        if (size < length) {
            std::copy(at, at + size, padded.begin());
            at = padded.data();
        }
        sources.push_back(at);
    }
    std::vector<std::uint8_t> parity(length);
    std::array<std::uint8_t*, 1> out{parity.data()};
    codec_.encode(sources, length, j, out);
    return parity;
}

void Content::decode(const protocol::Order& order, std::vector<std::uint8_t>& held,
                     const std::vector<std::vector<std::uint8_t>>& parity) const {
    const std::uint16_t k = partition_.block_length(order.block);
    const std::size_t length = partition_.parity_size(order.block);
    const auto place = [&](std::uint16_t s) {
        return held.begin() + static_cast<std::ptrdiff_t>(partition_.offset(order.block, s));
    };
    std::vector<std::vector<std::uint8_t>> symbols;
    std::vector<fec::Received> received;
    for (std::uint16_t s = 0; s < k; ++s) {
        auto& symbol = symbols.emplace_back(length, std::uint8_t{0});
        if (std::ranges::find(order.missing, s) != order.missing.end()) continue;
        std::copy_n(place(s), partition_.symbol_size(order.block, s), symbol.begin());
        received.push_back({s, symbol.data()});
    }
    for (const std::uint16_t p : order.parity)
        received.push_back(
            {static_cast<std::uint16_t>(k + p), parity[order.block * parity_ + p].data()});
    std::vector<std::uint8_t*> out;
    for (const std::uint16_t s : order.missing) out.push_back(symbols[s].data());
    MCAST_ASSERT(codec_.decode(k, received, order.missing, length, out));
    for (const std::uint16_t s : order.missing)
        std::copy_n(symbols[s].begin(), partition_.symbol_size(order.block, s), place(s));
}

void Content::forget(std::uint32_t block, std::vector<std::vector<std::uint8_t>>& parity) const {
    for (std::size_t p = 0; p < parity_; ++p) parity[block * std::size_t{parity_} + p].clear();
}

Bytes Content::chunk_of(const std::vector<std::uint8_t>& bytes, std::uint32_t c) const {
    const ByteCount begin = ByteCount{c} * chunk_;
    return Bytes(bytes).subspan(begin, std::min<ByteCount>(chunk_, bytes.size() - begin));
}

std::vector<std::uint8_t> Content::digest(std::uint32_t chunk) const {
    return toy_digest(real_ ? chunk_of(source_, chunk) : Bytes{});
}

bool Content::matches(std::uint32_t chunk, const std::vector<std::uint8_t>& held) const {
    return !real_ || toy_digest(chunk_of(held, chunk)) == digest(chunk);
}

}  // namespace mcast::sim
