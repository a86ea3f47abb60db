// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "fec/partition.hpp"
#include "protocol/transmit.hpp"

namespace mcast::protocol {

/// Which symbols of which blocks a receiver holds. Complete blocks take a bit each, blocks never
/// heard of nothing, and only those in between a record, so memory does not grow with what was
/// received.
class BlockTable {
  public:
    struct Partial {
        std::bitset<256> held;    // by ESI
        std::uint16_t count = 0;  // symbols held, source and parity
        std::uint16_t parity_held = 0;
        Time asked{};  // when its repair was last asked for, or was coming in
    };
    enum class Outcome : std::uint8_t { duplicate, no_room, stored, completed };

    BlockTable() = default;
    BlockTable(fec::BlockPartition partition, std::uint16_t parity, std::size_t parity_limit);

    /// Symbol `esi` of `block` came in; both are within the object. Parity for which there is no
    /// room takes that of the latest block: older ones are what all wait for, and one that never
    /// had room would be asked for again and again.
    Outcome add(std::uint32_t block, std::uint16_t esi);
    /// The source symbols that a block which has just been completed lacks, and the parity symbols
    /// to compute them from; empty when all sources came.
    struct Decode {
        std::vector<std::uint16_t> missing;
        std::vector<std::uint16_t> parity;
    };
    [[nodiscard]] const Decode& last_decode() const { return decode_; }

    /// The block whose parity has just made room and is no longer held.
    [[nodiscard]] std::optional<std::uint32_t> take_dropped() {
        return std::exchange(dropped_, std::nullopt);
    }

    /// The blocks of which anything beyond that offset is held.
    [[nodiscard]] std::vector<std::uint32_t> held_beyond(ByteCount end) const;
    /// Nothing of a block that is not complete is held any more.
    void forget(std::uint32_t block);
    /// The end of a stream has become known, and nothing beyond is held. True: its last block is
    /// complete by that; last_decode() is of it.
    bool end_at(fec::BlockPartition partition);

    /// All content of the block, which is not complete, is known without its symbols: it is
    /// complete now.
    void fill(std::uint32_t block);

    /// Nothing of the block is held any more: its content was wrong.
    void reset(std::uint32_t block);

    [[nodiscard]] bool complete(std::uint32_t block) const {
        return (bits_[block / 64] >> (block % 64)) & 1;
    }
    [[nodiscard]] bool all_complete() const { return incomplete_ == 0; }
    /// Lowest block that is not complete; block_count() when all are.
    [[nodiscard]] std::uint32_t first_incomplete() const { return first_incomplete_; }
    [[nodiscard]] ByteCount bytes_done() const { return bytes_done_; }
    /// False: parity of that block that comes in now is dropped, only sources are of use.
    [[nodiscard]] bool has_parity_room(std::uint32_t block) const {
        return parity_room_ > 0 || (!with_parity_.empty() && *with_parity_.rbegin() > block);
    }
    [[nodiscard]] std::size_t parity_held() const { return parity_limit_ - parity_room_; }
    [[nodiscard]] std::size_t parity_limit() const { return parity_limit_; }
    /// So many parity symbols may be held from now on; never fewer than before.
    void allow_parity(std::size_t limit);
    [[nodiscard]] Partial* find(std::uint32_t block);

    /// The first block in [from, end) that is not complete; end when there is none.
    [[nodiscard]] std::uint32_t next_incomplete(std::uint32_t from, std::uint32_t end) const;

    /// Calls each(begin, end, partial) for what is missing in blocks [begin, end), ascending: a
    /// partial block alone, or a run of blocks never heard of with partial null. Stops when `each`
    /// returns false.
    template <typename Each>
    void for_each_incomplete(std::uint32_t begin, std::uint32_t end, Each&& each);

  private:
    static constexpr std::size_t kMaxPartial = 1 << 16;
    [[nodiscard]] std::uint32_t next_complete(std::uint32_t from, std::uint32_t end) const;
    void mark_complete(std::uint32_t block);
    [[nodiscard]] bool make_room(std::uint32_t block);
    void finish(std::uint32_t block, const Partial& partial);
    [[nodiscard]] bool holds_beyond(std::uint32_t block, const Partial& partial,
                                    ByteCount end) const;

    fec::BlockPartition partition_;
    std::uint16_t parity_ = 0;
    std::size_t parity_limit_ = 0;
    std::size_t parity_room_ = 0;
    std::set<std::uint32_t> with_parity_;  // partial blocks
    std::optional<std::uint32_t> dropped_;
    std::uint32_t blocks_ = 0;
    std::uint32_t incomplete_ = 0;
    std::uint32_t first_incomplete_ = 0;
    ByteCount bytes_done_ = 0;
    std::vector<std::uint64_t> bits_;
    std::map<std::uint32_t, Partial> partial_;
    Decode decode_;
    // The block that the last symbol belonged to: most belong to the same.
    std::uint32_t cached_block_ = UINT32_MAX;
    Partial* cached_ = nullptr;
};

template <typename Each>
void BlockTable::for_each_incomplete(std::uint32_t begin, std::uint32_t end, Each&& each) {
    begin = std::max(begin, first_incomplete_);
    auto it = partial_.lower_bound(begin);
    for (std::uint32_t b = next_incomplete(begin, end); b < end; b = next_incomplete(b, end)) {
        while (it != partial_.end() && it->first < b) ++it;
        if (it != partial_.end() && it->first == b) {
            if (!each(b, b + 1, &it->second)) return;
            ++b;
            continue;
        }
        std::uint32_t stop = next_complete(b, end);
        if (it != partial_.end()) stop = std::min(stop, it->first);
        if (!each(b, stop, static_cast<Partial*>(nullptr))) return;
        b = stop;
    }
}

}  // namespace mcast::protocol
