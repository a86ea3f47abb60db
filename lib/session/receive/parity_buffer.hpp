// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "base/bytes.hpp"

namespace mcast::session {

/// Holds parity symbols from their arrival until their block is decoded or complete. The core
/// bounds their number (ReceiverConfig::parity_memory). Memory is reused. One thread.
class ParityBuffer {
  public:
    /// `symbol_bytes`: the longest symbol of the object, at least 1.
    explicit ParityBuffer(std::size_t symbol_bytes) : symbol_bytes_(symbol_bytes) {}

    /// Keeps a copy of the symbol, filled up with zeros. False: it is too long and is not kept.
    [[nodiscard]] bool add(std::uint32_t block, std::uint16_t symbol, Bytes payload);
    /// `symbol_bytes` bytes, or null. Valid until the block is erased.
    [[nodiscard]] const std::uint8_t* find(std::uint32_t block, std::uint16_t symbol) const;
    /// Forgets the blocks from `first` up to, but not including, `end`.
    void erase(std::uint32_t first, std::uint32_t end);

    [[nodiscard]] std::size_t size() const { return made_ - free_.size(); }

  private:
    struct Symbol {
        std::uint16_t symbol;
        std::uint8_t* bytes;
    };

    [[nodiscard]] std::uint8_t* take();

    std::size_t symbol_bytes_;
    std::map<std::uint32_t, std::vector<Symbol>> blocks_;
    std::vector<std::unique_ptr<std::uint8_t[]>> slabs_;
    std::vector<std::uint8_t*> free_;
    std::size_t made_ = 0;
};

}  // namespace mcast::session
