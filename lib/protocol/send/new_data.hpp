// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <optional>

#include "fec/partition.hpp"
#include "protocol/send/zero_blocks.hpp"
#include "protocol/transmit.hpp"

namespace mcast::protocol {

/// The first pass over an object: every source symbol once, block by block, each block followed by
/// the parity that is sent unasked.
class NewData {
  public:
    /// `proactive`: parity as a part of the source; empty: as set_proactive_symbols() says.
    NewData(fec::BlockPartition partition, std::uint16_t parity, std::optional<double> proactive)
        : partition_(partition), parity_(parity), proactive_(proactive) {}

    /// The end of a stream has become known: nothing beyond it has been sent.
    void end_at(const fec::BlockPartition& partition) { partition_ = partition; }

    /// Sets the parity symbols of the block whose source has just gone out, and of later ones.
    void set_proactive_symbols(std::uint16_t symbols) { auto_ = symbols; }

    [[nodiscard]] bool done() const { return block_ >= partition_.block_count(); }
    /// Blocks that have been begun.
    [[nodiscard]] std::uint32_t end_block() const { return block_ + (symbol_ > 0 ? 1 : 0); }
    /// The next symbol begins a block; block_end() is where that block ends.
    [[nodiscard]] bool at_block() const { return symbol_ == 0 && !done(); }
    /// The next symbol does not begin a block whose content ends beyond.
    [[nodiscard]] bool is_within(ByteCount available) const {
        return !at_block() || block_end() <= available;
    }
    /// The next symbol begins one of these blocks.
    [[nodiscard]] bool at(const ZeroBlocks& blocks) const {
        return at_block() && blocks.has(block_);
    }
    [[nodiscard]] ByteCount block_end() const {
        return partition_.block_offset(block_) + partition_.block_bytes(block_);
    }
    /// Bytes of the object that have been sent.
    [[nodiscard]] ByteCount position() const {
        if (done()) return partition_.object_size();
        const std::uint16_t length = partition_.block_length(block_);
        return symbol_ < length ? partition_.offset(block_, symbol_)
                                : partition_.block_offset(block_) + partition_.block_bytes(block_);
    }

    [[nodiscard]] std::optional<SymbolRef> peek() const {
        if (done()) return std::nullopt;
        const std::uint16_t length = partition_.block_length(block_);
        if (symbol_ < length)
            return SymbolRef{block_, symbol_, false, partition_.symbol_size(block_, symbol_)};
        return SymbolRef{block_, static_cast<std::uint16_t>(symbol_ - length), true,
                         partition_.parity_size(block_)};
    }
    /// True when it was the last symbol of its block, unasked parity included.
    bool pop() {
        if (++symbol_ == partition_.block_length(block_))
            proactive_symbols_ = proactive_symbols(partition_.block_length(block_), auto_);
        if (symbol_ < partition_.block_length(block_) + proactive_symbols_) return false;
        ++block_;
        symbol_ = 0;
        return true;
    }
    /// Passes over the blocks up to there, of which nothing is sent; one was to be begun.
    void skip_to(std::uint32_t block) { block_ = block; }
    /// Parity that was sent unasked with the block that pop() has just completed.
    [[nodiscard]] std::uint16_t proactive_of_last() const { return proactive_symbols_; }
    /// Parity that goes unasked with a block of so many source symbols; `automatic` where no part
    /// is fixed.
    [[nodiscard]] std::uint16_t proactive_symbols(std::uint16_t length,
                                                  std::uint16_t automatic) const {
        if (!proactive_) return std::min(automatic, parity_);
        return static_cast<std::uint16_t>(
            std::min<double>(parity_, std::ceil(*proactive_ * length)));
    }

  private:
    fec::BlockPartition partition_;
    std::uint16_t parity_;
    std::optional<double> proactive_;
    std::uint16_t auto_ = 0;
    std::uint32_t block_ = 0;
    std::uint16_t symbol_ = 0;
    std::uint16_t proactive_symbols_ = 0;  // of the block in hand, once its source has gone out
};

}  // namespace mcast::protocol
