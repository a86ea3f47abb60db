// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "protocol/object/block_table.hpp"
#include "protocol/object/object_params.hpp"

namespace mcast::protocol {

/// The repairs to ask for now, lowest first (RFC 5740 section 5.3): parity for a block that lacks
/// some symbols, the highest missing sources once parity does not suffice or cannot be held, whole
/// blocks that were never heard of. Nothing is asked for twice within the hold-off, and the time
/// that it takes to send what was asked for before it.
class NackBuilder {
  public:
    struct Rules {
        Time now{};
        Duration holdoff{};                  ///< of a partial block
        Duration unseen_holdoff{};           ///< of whole blocks
        Duration symbol_time{};              ///< a symbol takes so long to be sent; 0: unknown
        std::size_t most_parity = SIZE_MAX;  ///< of all blocks that are waited for
        bool unseen = true;                  ///< ask for blocks that are missing wholly or mostly
        bool large_group = false;  ///< what is mostly missing here is wholly missing elsewhere
        std::uint32_t begin = 0;   ///< blocks to look at: [begin, end)
        std::uint32_t end = 0;
    };

    NackBuilder() = default;
    NackBuilder(ObjectParams object, fec::BlockPartition partition)
        : object_(object), partition_(partition) {}

    /// The end of a stream has become known.
    void end_at(const fec::BlockPartition& partition) { partition_ = partition; }

    /// When there is or will be something that build() asks for: in the past when it would now.
    [[nodiscard]] Time next_due(BlockTable& table, const Rules& rules) const;
    /// Writes requests into `out` and marks them as asked; returns the part written, empty when
    /// nothing is due. Call again while it is not empty.
    Bytes build(BlockTable& table, MutableBytes out, const Rules& rules);

    /// Blocks [begin, end) are going to be sent whole without having been asked for by us. At most
    /// `looks` blocks, or runs of them, are looked at; what is left of it comes back.
    void advertised(BlockTable& table, std::uint32_t begin, std::uint32_t end, Time now,
                    int& looks);

  private:
    class Page;
    struct Due {
        std::uint32_t from = 0;
        Time at{};
    };
    [[nodiscard]] Due due_of(std::uint32_t begin, std::uint32_t end,
                             const BlockTable::Partial* partial, const Rules& rules,
                             Duration queue) const;
    [[nodiscard]] std::size_t needed(std::uint32_t begin, std::uint32_t end,
                                     const BlockTable::Partial* partial) const;
    [[nodiscard]] bool mostly_missing(std::uint32_t block,
                                      const BlockTable::Partial& partial) const;

    ObjectParams object_;
    fec::BlockPartition partition_;
    std::uint32_t unseen_asked_end_ = 0;  // unseen blocks below were asked for at unseen_asked_
    Time unseen_asked_{};
};

}  // namespace mcast::protocol
