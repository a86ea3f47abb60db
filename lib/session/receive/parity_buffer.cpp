// SPDX-License-Identifier: MIT
#include "session/receive/parity_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace mcast::session {
namespace {

constexpr std::size_t kSymbolsPerSlab = 64;

}  // namespace

bool ParityBuffer::add(std::uint32_t block, std::uint16_t symbol, Bytes payload) {
    if (payload.size() > symbol_bytes_) return false;
    if (find(block, symbol) != nullptr) return true;
    auto* bytes = take();
    std::ranges::copy(payload, bytes);
    std::memset(bytes + payload.size(), 0, symbol_bytes_ - payload.size());
    blocks_[block].push_back({symbol, bytes});
    return true;
}

std::uint8_t* ParityBuffer::take() {
    if (!free_.empty()) {
        auto* bytes = free_.back();
        free_.pop_back();
        return bytes;
    }
    slabs_.push_back(
        std::make_unique_for_overwrite<std::uint8_t[]>(symbol_bytes_ * kSymbolsPerSlab));
    made_ += kSymbolsPerSlab;
    auto* first = slabs_.back().get();
    for (std::size_t i = 1; i < kSymbolsPerSlab; ++i) free_.push_back(first + i * symbol_bytes_);
    return first;
}

const std::uint8_t* ParityBuffer::find(std::uint32_t block, std::uint16_t symbol) const {
    const auto held = blocks_.find(block);
    if (held == blocks_.end()) return nullptr;
    const auto found = std::ranges::find(held->second, symbol, &Symbol::symbol);
    return found == held->second.end() ? nullptr : found->bytes;
}

void ParityBuffer::erase(std::uint32_t first, std::uint32_t end) {
    const auto begin = blocks_.lower_bound(first);
    const auto stop = blocks_.lower_bound(end);
    for (auto block = begin; block != stop; ++block) {
        for (const auto& symbol : block->second) free_.push_back(symbol.bytes);
    }
    blocks_.erase(begin, stop);
}

}  // namespace mcast::session
