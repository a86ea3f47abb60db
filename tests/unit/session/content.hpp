// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "base/rng.hpp"
#include "fec/block_codec.hpp"
#include "protocol/object/object_params.hpp"
#include "storage/digest.hpp"

namespace mcast::test {

inline std::vector<std::uint8_t> random_content(std::size_t size, std::uint64_t seed) {
    Rng rng(seed);
    std::vector<std::uint8_t> content(size);
    for (auto& byte : content) byte = static_cast<std::uint8_t>(rng.next());
    return content;
}

inline protocol::ObjectParams object_of(ByteCount size, std::uint16_t segment = 100,
                                        std::uint16_t block = 8, std::uint16_t parity = 8) {
    return {ObjectId{1}, size, segment, block, parity, wire::FecId::rs8};
}

inline protocol::DigestParams digests_of(std::uint32_t chunk_size) {
    return {1, 16, chunk_size};
}

/// The symbols that parity is computed from: all equally long, the last one filled up with zeros.
inline std::vector<std::vector<std::uint8_t>> symbols_of(const protocol::ObjectParams& object,
                                                         const std::vector<std::uint8_t>& content,
                                                         std::uint32_t block) {
    const auto partition = object.partition();
    std::vector<std::vector<std::uint8_t>> symbols;
    for (std::uint16_t i = 0; i < partition.block_length(block); ++i) {
        const auto begin =
            content.begin() + static_cast<std::ptrdiff_t>(partition.offset(block, i));
        symbols.emplace_back(begin, begin + partition.symbol_size(block, i));
        symbols.back().resize(partition.parity_size(block));
    }
    return symbols;
}

/// Parity computed the plain way, to compare with.
inline std::vector<std::uint8_t> parity_of(const protocol::ObjectParams& object,
                                           const std::vector<std::uint8_t>& content,
                                           std::uint32_t block, std::uint16_t row) {
    const auto symbols = symbols_of(object, content, block);
    std::vector<const std::uint8_t*> sources;
    for (const auto& symbol : symbols) sources.push_back(symbol.data());
    std::vector<std::uint8_t> parity(symbols.front().size());
    std::uint8_t* out = parity.data();
    const fec::BlockCodec codec(object.block_size, object.parity);
    codec.encode(sources, parity.size(), row, std::span(&out, 1));
    return parity;
}

}  // namespace mcast::test
